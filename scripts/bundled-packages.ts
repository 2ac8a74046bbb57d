/** The packages in the image: their license texts, and their list for scanners. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

/** Licenses by SPDX identifier that permit distribution in an Apache-2.0 image and require no source. */
const accepted = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/**
 * Packages with compiled libraries under another license than their own. The LGPL permits it: the file is unmodified, can be replaced, and
 * comes with its notices, the license texts and the address of its source.
 */
const compiledLibraries: Readonly<Record<string, { readonly license: string; readonly notices: string; readonly source: string }>> = {
  'wasm-vips': {
    license: 'LGPL-3.0-or-later',
    notices: 'THIRD-PARTY-NOTICES.md',
    source: 'https://github.com/kleisauke/wasm-vips, whose build.sh downloads the source of each library in versions.json',
  },
};

/** Licenses that are accepted for one package: `text` is in licenses/ if the package has none, `source` is where the unmodified source is. */
const acceptedFor: Readonly<Record<string, { readonly license: string; readonly text?: string; readonly source?: string }>> = {
  // Its LICENSE is the MIT License, its package.json names none.
  'png-js': { license: 'MIT' },
  // The fonts are unmodified and come with their license.
  '@expo-google-fonts/noto-sans': { license: 'MIT AND OFL-1.1' },
  // The file is unmodified.
  '@resvg/resvg-wasm': { license: 'MPL-2.0', text: 'MPL-2.0', source: 'https://github.com/yisibl/resvg-js' },
};

/** The license of a package that is accepted for it alone, or its own if that is accepted for every package. */
function licenseOf(name: string, own: string | undefined): string | undefined {
  const exception = acceptedFor[name];
  if (exception !== undefined && (own === undefined || own === exception.license)) return exception.license;
  return own !== undefined && accepted.has(own) ? own : undefined;
}

const licenseText = (name: string) => readFile(join(import.meta.dirname, 'licenses', `${name}.txt`), 'utf8');

/** What the image says about the libraries in a package. */
async function libraryNotices(folder: string, name: string): Promise<readonly string[]> {
  const libraries = compiledLibraries[name];
  if (libraries === undefined) return [];
  const notices = await readFile(join(folder, libraries.notices), 'utf8');
  const licenses = await Promise.all(['LGPL-3.0', 'GPL-3.0'].map(licenseText));
  return [notices, `Source: ${libraries.source}`, ...licenses];
}

/** Folders of the packages with code in the bundle. */
export function bundledPackages({ outputs }: Metafile): string[] {
  const modules = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return packageFolders(modules);
}

/** Folders of the packages that the modules are from. @param modules paths relative to the root of the repository */
export const packageFolders = (modules: readonly string[]): string[] => [...new Set(modules.flatMap(packageFolder))].sort();

function packageFolder(path: string): string[] {
  const parts = path.split('/');
  const index = parts.lastIndexOf('node_modules');
  if (index < 0) return [];
  const nameParts = parts[index + 1]?.startsWith('@') ? 2 : 1;
  return [parts.slice(0, index + 1 + nameParts).join('/')];
}

/** A package in the image. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly licenseText: string;
}

/** @throws if the license of a package is not accepted, or its text is missing and cannot be derived */
export const readPackages = (folders: readonly string[]): Promise<BundledPackage[]> => Promise.all(folders.map(readPackage));

async function readPackage(folder: string): Promise<BundledPackage> {
  const { name, version, license: declared, author } = description.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const own = licenseOf(name, declared);
  if (own === undefined) throw new Error(`${name} ${version} has the license ${declared}, which the image may not contain`);
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)(?:[._]\w+)?$/i.test(file)).sort();
  const { text, source } = acceptedFor[name] ?? {};
  const texts = [
    ...(await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))),
    ...(text === undefined ? [] : [await licenseText(text)]),
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  if (texts.length === 0 && own !== 'MIT') throw new Error(`${name} ${version} has no license text`);
  const ownTexts = texts.length > 0 ? texts : [mitText(author ?? `the authors of ${name}`)];
  const license = [own, compiledLibraries[name]?.license].filter((each) => each !== undefined).join(' AND ');
  const allTexts = [...ownTexts, ...(await libraryNotices(folder, name))].map((text) => text.trim()).join('\n\n');
  return { name, version, license, licenseText: allTexts };
}

const description = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).optional(),
});

/** The license texts of all packages as one text. */
export function licenseTexts(packages: readonly BundledPackage[]): string {
  const line = '='.repeat(80);
  const sections = packages.map(({ name, version, license, licenseText }) =>
    [line, `${name} ${version} (${license})`, line, '', licenseText, ''].join('\n'),
  );
  return ['Packages in this image, with their licenses.\n', ...sections].join('\n');
}

/** The packages as CycloneDX: scanners find no package in a bundle, but read a `*.cdx.json` in the image. */
export function sbom(packages: readonly BundledPackage[]): string {
  const components = packages.map(({ name, version, license }) => ({
    type: 'library',
    name,
    version,
    // https://github.com/package-url/purl-spec: the @ of a scope is encoded.
    purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
    licenses: license.includes(' ') ? [{ expression: license }] : [{ license: { id: license } }],
  }));
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }, null, 1)}\n`;
}

/** The text of https://spdx.org/licenses/MIT.html, for packages that name this license and have no file with it. */
const mitText = (holder: string) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
