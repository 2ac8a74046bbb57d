/** esbuild options of the programs that run without node_modules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { commandFiles } from './cli/command-files.ts';

export const root = join(import.meta.dirname, '..');

/** Packages that read their files at run time (WebAssembly, pages): they are copied next to the bundle. */
export const packagesWithFiles = ['@electric-sql/pglite', 'swagger-ui-dist'];

const common: BuildOptions = {
  absWorkingDir: root,
  // The paths in tsconfig.json map types only.
  tsconfigRaw: {},
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);" },
};

/** Programs of the image by file name; runtime/thread-pool.ts and the Dockerfile use these names. */
export const serviceEntries = {
  main: 'service/main.ts',
  healthcheck: 'service/healthcheck.ts',
  admin: 'service/admin.ts',
  'sandbox-worker': 'service/queries/sandbox/worker.ts',
  'offline-worker': 'service/providers/offline/worker.ts',
};

/** Shared and dynamically imported modules go to `chunks/`. */
export const bundleService = (outdir: string, entryPoints: Readonly<Record<string, string>> = serviceEntries) =>
  build({
    ...common,
    entryPoints: { ...entryPoints },
    outdir,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: [...packagesWithFiles, 'pg-native'],
  });

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

/** @param outfile runs on its own */
export const bundleReleaseTool = (outfile = 'build/leyenda.js') =>
  build({
    ...common,
    entryPoints: ['scripts/leyenda.ts'],
    outfile,
    plugins: [inlineWasm, commandTable],
    // `workflows check` skips the language service if it is not installed.
    external: ['@actions/languageservice', 'vscode-languageserver-textdocument'],
    // In a bundle import.meta.main is true for every module, and manifests/main.ts would run as a program.
    define: { 'import.meta.main': 'false' },
  });
