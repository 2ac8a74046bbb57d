import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { common, root } from './bundle.ts';
import { commandFiles } from './cli/command-files.ts';

/** Inlines the WebAssembly of re2, which checks the patterns in Kubernetes schemas: it reads a file next to its code, which a single bundle does not have. */
const inlineWasm: Plugin = {
  name: 'inline-wasm',
  setup({ onLoad }) {
    onLoad({ filter: /re2-wasm\/build\/wasm\/re2\.js$/ }, async ({ path }) => {
      const [code, binary] = await Promise.all([readFile(path, 'utf8'), readFile(path.replace(/js$/, 'wasm'), 'base64')]);
      const declaration = "var wasmBinaryFile = 're2.wasm';";
      if (!code.includes(declaration)) throw new Error(`${path} does not declare wasmBinaryFile as expected`);
      return {
        contents: code
          .replaceAll('__dirname', "''")
          .replace(declaration, `${declaration} wasmBinary = Buffer.from('${binary}', 'base64');`),
      };
    });
  },
};

/** Imports every command by name: in the source `command-files.ts` reads the folder. */
const commandTable: Plugin = {
  name: 'command-table',
  setup({ onLoad }) {
    onLoad({ filter: /scripts\/cli\/command-files\.ts$/ }, () => {
      const entries = Object.keys(commandFiles).map((name) => `'${name}': () => import('../commands/${name}.ts')`);
      return { contents: `export const commandFiles = {${entries.join()}};`, resolveDir: join(root, 'scripts/cli') };
    });
  },
};

/** The text of the pins: in the source `pins-file.ts` reads the file. */
const pinsText: Plugin = {
  name: 'pins-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.github\/src\/layer\/pins-file\.ts$/ }, async () => ({
      contents: `export const pinsFile = ${JSON.stringify(await readFile(join(root, '.github/pins/action.yml'), 'utf8'))};`,
    }));
  },
};

/** @param outfile runs on its own */
export const bundleReleaseTool = (outfile = 'build/leyenda.js') =>
  build({
    ...common,
    entryPoints: ['scripts/main.ts'],
    outfile,
    plugins: [inlineWasm, commandTable, pinsText],
    // `workflows check` skips the language service if it is not installed.
    external: ['@actions/languageservice', 'vscode-languageserver-textdocument'],
    // In a bundle import.meta.main is true for every module, and manifests/main.ts would run as a program.
    define: { 'import.meta.main': 'false' },
  });
