/**
 * Bundles what runs without node_modules:
 * `build/service/` for the image (main.js, healthcheck.js, the sandbox's thread and the packages that carry files of their own),
 * `build/leyenda.js` for jobs that must not install dependencies.
 * Usage: node scripts/build.ts [service|leyenda]
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Read from disk at run time (WebAssembly, pages), so copied beside the bundle rather than into it. */
const packagesWithFiles = ['@electric-sql/pglite', 'swagger-ui-dist'];

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  logLevel: 'warning',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);" },
};

const targets = {
  service: async () => {
    const outdir = join(root, 'build', 'service');
    await rm(outdir, { recursive: true, force: true });
    await build({
      ...common,
      entryPoints: [
        { in: 'service/main.ts', out: 'main' },
        { in: 'service/healthcheck.ts', out: 'healthcheck' },
        { in: 'service/queries/sandbox/worker.ts', out: 'sandbox-worker' },
      ],
      outdir,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      external: [...packagesWithFiles, 'pg-native'],
    });
    for (const name of packagesWithFiles) {
      await cp(join(root, 'node_modules', name), join(outdir, 'node_modules', name), {
        recursive: true,
        filter: (path) => !path.endsWith('.map'),
      });
    }
  },
  leyenda: () =>
    build({
      ...common,
      entryPoints: ['scripts/leyenda.ts'],
      outfile: 'build/leyenda.js',
      // In a bundle every module is the main one: manifests/main.ts must not think it was started by itself.
      define: { 'import.meta.main': 'false' },
    }),
} satisfies Record<string, () => Promise<unknown>>;

const isTarget = (name: string): name is keyof typeof targets => name in targets;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !isTarget(name));
if (unknown.length > 0) {
  console.error(`unknown target ${unknown.join(', ')}; choose from ${Object.keys(targets).join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted.filter(isTarget) : Object.keys(targets).filter(isTarget)) await targets[name]();
