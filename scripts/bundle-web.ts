/** Builds the page for people (service/web) with Vite: index.html, and files whose names contain a hash of their content. */
import { join } from 'node:path';
import { build } from 'vite';
import { endpoints } from '../contract/endpoints/index.ts';
import { product } from '../contract/product.ts';

/** Placeholders of index.html. */
const texts: Readonly<Record<string, string>> = { TITLE: product.title, DESCRIPTION: product.description, DOCS: endpoints.docs.path };

const root = join(import.meta.dirname, '..');

/** @returns the paths of all modules in the page, relative to the root of the repository */
export async function bundleWeb(outDir: string): Promise<readonly string[]> {
  const modules = new Set<string>();
  await build({
    configFile: false,
    root: join(root, 'service/web'),
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      // The content security policy forbids data: URLs in scripts and styles.
      assetsInlineLimit: 0,
      // As in the path of the endpoint webFile.
      assetsDir: 'page',
      modulePreload: { polyfill: false },
      target: 'baseline-widely-available',
      reportCompressedSize: false,
      // "use client" is for servers that render React.
      rolldownOptions: { onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)) },
    },
    plugins: [
      {
        name: 'leyenda-page',
        transformIndexHtml: (html) => html.replace(/%(\w+)%/g, (whole, name: string) => texts[name] ?? whole),
        generateBundle: (_, bundle) => {
          for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') for (const id of chunk.moduleIds) modules.add(id);
        },
      },
    ],
  });
  return [...modules].filter((id) => id.startsWith(root)).map((id) => id.slice(root.length + 1));
}
