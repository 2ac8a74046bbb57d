/** How esbuild bundles what runs without node_modules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { commandFiles } from './cli/command-files.ts';

export const root = join(import.meta.dirname, '..');

/** Read from disk at run time (WebAssembly, pages), so copied beside the bundle rather than into it. */
export const packagesWithFiles = ['@electric-sql/pglite', 'swagger-ui-dist'];

const common: BuildOptions = {
  absWorkingDir: root,
  // tsconfig.json exchanges types alone.
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

/** Programs of the image, by their names beside each other: runtime/thread-pool.ts and the Dockerfile know them. */
export const serviceEntries = {
  main: 'service/main.ts',
  healthcheck: 'service/healthcheck.ts',
  admin: 'service/admin.ts',
  'sandbox-worker': 'service/queries/sandbox/worker.ts',
  'offline-worker': 'service/providers/offline/worker.ts',
};

/** What several programs share, and what is imported when it is needed, goes to `chunks/`. */
export const bundleService = (outdir: string, entryPoints: Readonly<Record<string, string>> = serviceEntries) =>
  build({
    ...common,
    entryPoints: { ...entryPoints },
    outdir,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: [...packagesWithFiles, 'pg-native'],
  });

/** The regular expressions by which Kubernetes' schemas are checked are WebAssembly, read from beside their code: one file has no beside. */
const wasmInside: Plugin = {
  name: 'wasm-inside',
  setup({ onLoad }) {
    onLoad({ filter: /re2-wasm\/build\/wasm\/re2\.js$/ }, async ({ path }) => {
      const [code, binary] = await Promise.all([readFile(path, 'utf8'), readFile(path.replace(/js$/, 'wasm'), 'base64')]);
      const named = "var wasmBinaryFile = 're2.wasm';";
      if (!code.includes(named)) throw new Error(`${path} does not read re2.wasm as it did`);
      return { contents: code.replaceAll('__dirname', "''").replace(named, `${named} wasmBinary = Buffer.from('${binary}', 'base64');`) };
    });
  },
};

/** Bundles every command: in the source `command-files.ts` reads the folder of the commands. */
const commandTable: Plugin = {
  name: 'command-table',
  setup({ onLoad }) {
    onLoad({ filter: /scripts\/cli\/command-files\.ts$/ }, async () => {
      const entries = Object.keys(commandFiles).map((name) => `'${name}': () => import('../commands/${name}.ts')`);
      return { contents: `export const commandFiles = {${entries.join()}};`, resolveDir: join(root, 'scripts/cli') };
    });
  },
};

/** @param outfile needs nothing beside it */
export const bundleReleaseTool = (outfile = 'build/leyenda.js') =>
  build({
    ...common,
    entryPoints: ['scripts/leyenda.ts'],
    outfile,
    plugins: [wasmInside, commandTable],
    // A judge of workflow files, which `workflows check` does without where it is not installed.
    external: ['@actions/languageservice', 'vscode-languageserver-textdocument'],
    // In a bundle every module is the main one: manifests/main.ts must not think it was started by itself.
    define: { 'import.meta.main': 'false' },
  });
