import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleService, packagesWithFiles, root } from './bundle.ts';
import { bundledPackages, licenseTexts, readPackages, sbom } from './bundled-packages.ts';

describe('The packages in the image', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'leyenda-packages-'));
  let packages: Awaited<ReturnType<typeof readPackages>>;
  beforeAll(async () => {
    const { metafile } = await bundleService(outdir);
    const folders = [...bundledPackages(metafile), ...packagesWithFiles.map((name) => join('node_modules', name))];
    packages = await readPackages(folders.map((folder) => join(root, folder)));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  test('include direct, indirect and copied ones, and none that is only used for development', () => {
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['koa', 'koa-compose', 'pg-types', '@electric-sql/pglite', 'swagger-ui-dist']));
    expect(names.filter((name) => ['jest', 'cdk8s', 'typescript', 'esbuild'].includes(name))).toEqual([]);
  });

  test('have a license that permits their use, with its text', () => {
    const restricted = packages.filter(({ license }) => /GPL|MPL|EPL|SSPL|BUSL/.test(license));
    expect(restricted.map(({ name, license }) => `${name}: ${license}`)).toEqual([
      '@resvg/resvg-wasm: MPL-2.0',
      'wasm-vips: MIT AND LGPL-3.0-or-later',
    ]);
    for (const { licenseText } of packages) expect(licenseText).toMatch(/permission|permitted|licensed under|copyright|contribut/i);
    const text = licenseTexts(packages);
    for (const { name, version, license } of packages) expect(text).toContain(`\n${name} ${version} (${license})\n`);
  });

  test('have the notices that Apache-2.0 requires', () => {
    expect(packages.find(({ name }) => name === 'swagger-ui-dist')?.licenseText).toContain('SmartBear Software');
  });

  test('have the notices, the license texts and the address of the source that the LGPL requires', () => {
    const text = packages.find(({ name }) => name === 'wasm-vips')?.licenseText;
    for (const part of [
      '| libvips       | LGPLv3',
      'Source: https://github.com/kleisauke/wasm-vips',
      'GNU LESSER GENERAL PUBLIC LICENSE',
      '\nGNU GENERAL PUBLIC LICENSE\n',
    ])
      expect(text).toContain(part);
  });

  test('have the license text and the address of the source that the MPL requires, and the license of the fonts', () => {
    const textOf = (name: string) => packages.find((each) => each.name === name)?.licenseText;
    for (const part of ['Mozilla Public License Version 2.0', 'Source: https://github.com/yisibl/resvg-js'])
      expect(textOf('@resvg/resvg-wasm')).toContain(part);
    expect(textOf('@expo-google-fonts/noto-sans')).toContain('SIL OPEN FONT LICENSE Version 1.1');
  });

  test('are listed for scanners by package URL', () => {
    const { components } = JSON.parse(sbom(packages));
    expect(components).toHaveLength(packages.length);
    expect(components).toContainEqual(
      expect.objectContaining({ purl: expect.stringMatching(/^pkg:npm\/%40electric-sql\/pglite@\d+\.\d+\.\d+$/) }),
    );
  });
});

describe('readPackages', () => {
  /** A package without a license file. */
  const packageWith = (description: object) => {
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-package-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'some', version: '1.2.3', ...description }));
    return folder;
  };

  test.each(['AGPL-3.0-only', 'GPL-3.0-or-later', 'SEE LICENSE IN LICENSE', undefined])('rejects the license %s', async (license) => {
    await expect(readPackages([packageWith({ license })])).rejects.toThrow(`some 1.2.3 has the license ${license}`);
  });
  test('derives the text of a MIT package without a file from its author', async () => {
    const [found] = await readPackages([packageWith({ license: 'MIT', author: { name: 'Ana' } })]);
    expect(found?.licenseText).toMatch(/^MIT License\n\nCopyright \(c\) Ana\n\nPermission is hereby granted/);
  });
  test('rejects another package without a text', async () => {
    await expect(readPackages([packageWith({ license: 'Apache-2.0' })])).rejects.toThrow('some 1.2.3 has no license text');
  });
});
