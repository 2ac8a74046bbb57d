/** esbuild options of the programs that run without node_modules. */
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

export const root = join(import.meta.dirname, '..');

/** Packages that read their files at run time (WebAssembly, pages): they are copied next to the bundle. */
export const packagesWithFiles = [
  '@electric-sql/pglite',
  '@electric-sql/pglite-prepopulatedfs',
  '@expo-google-fonts/noto-sans',
  '@resvg/resvg-wasm',
  'swagger-ui-dist',
  'wasm-vips',
];

/** Files of them that the image does not need: maps, types, fonts of other weights, and codecs that service/pictures does not load. */
export const isUnneeded = (path: string) =>
  /\.(?:map|d\.ts)$|noto-sans\/(?!400Regular$|700Bold$)\d{3}\w+$|wasm-vips\/lib\/vips(?:-(?:heif|jxl|resvg)\.wasm|-es6\.js|-node\.js|\.js)$/.test(
    path,
  );

export const common: BuildOptions = {
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

/** Programs of the image by file name; runtime/thread.ts and the Dockerfile use these names. */
export const serviceEntries = {
  main: 'service/start.ts',
  healthcheck: 'service/healthcheck.ts',
  admin: 'service/admin.ts',
  backup: 'service/backup/main.ts',
  'database-worker': 'service/database/pglite/worker.ts',
  'sandbox-worker': 'service/queries/sandbox/worker.ts',
  'offline-worker': 'service/providers/offline/worker.ts',
  'pictures-worker': 'service/pictures/worker.ts',
  'news-parser-worker': 'service/news/parsing/worker.ts',
  'news-drawing-worker': 'service/news/exports/formats/worker.ts',
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
    metafile: true,
  });
