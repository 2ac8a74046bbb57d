/**
 * Bundles the programs that run without node_modules:
 * `build/service/` for the image (main.js, healthcheck.js, admin.js, backup.js, the worker threads, the page, and packages that read their own files),
 * `build/leyenda.js` for jobs that must not install dependencies.
 * Usage: node scripts/build.ts [service|leyenda]
 */
import { cp, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleService, isUnneeded, packagesWithFiles, root } from './bundle.ts';
import { bundleWeb } from './bundle-web.ts';
import { bundledPackages, licenseTexts, packageFolders, readPackages, sbom } from './bundled-packages.ts';

const targets = {
  service: async () => {
    const outdir = join(root, 'build', 'service');
    await rm(outdir, { recursive: true, force: true });
    const { metafile } = await bundleService(outdir);
    const copied = packagesWithFiles.map((name) => join('node_modules', name));
    const pageModules = await bundleWeb(join(outdir, 'web'));
    const packages = await readPackages(
      [...bundledPackages(metafile), ...packageFolders(pageModules), ...copied].map((folder) => join(root, folder)),
    );
    await mkdir(join(outdir, 'licenses'));
    await writeFile(join(outdir, 'licenses', 'THIRD-PARTY.txt'), licenseTexts(packages));
    await writeFile(join(outdir, 'packages.cdx.json'), sbom(packages));
    await cp(join(root, 'LICENSE'), join(outdir, 'licenses', 'LICENSE'));
    for (const folder of copied) {
      await cp(join(root, folder), join(outdir, folder), {
        recursive: true,
        filter: (path) => !isUnneeded(path),
      });
    }
    // The same files give the same layer of the image.
    for (const path of ['', ...(await readdir(outdir, { recursive: true }))]) await utimes(join(outdir, path), 0, 0);
  },
  // Loaded only here: the image is built without the sources of the release tool.
  leyenda: async () => (await import('./bundle-release-tool.ts')).bundleReleaseTool(),
} satisfies Record<string, () => Promise<unknown>>;

const isTarget = (name: string): name is keyof typeof targets => name in targets;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !isTarget(name));
if (unknown.length > 0) {
  console.error(`unknown target ${unknown.join(', ')}; choose from ${Object.keys(targets).join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted.filter(isTarget) : Object.keys(targets).filter(isTarget)) await targets[name]();
