/**
 * Makes the product of another team with `leyenda init` in a copy of the repository, and checks that everything follows: types, manifests, workflows, generated
 * files, names, and the service, which writes a caption.
 * Usage: npm run test:init; exit code 1 on failure.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldNamesIn } from './old-names.ts';
import { createSecondProduct, values } from './second-product.ts';
import { captionOf } from './service.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const second = createSecondProduct();
const start = performance.now();
/** Runs one check, and prints its name and seconds. */
async function check(name: string, body: () => unknown): Promise<void> {
  const before = performance.now();
  await body();
  print(`${((performance.now() - before) / 1000).toFixed(1).padStart(6)} s  ${name}`);
}
const leyenda = (...args: readonly string[]) => second.run('scripts/leyenda.ts', ...args);
/** What follows from the new host. */
const derived = {
  origins: 'https://captions.acme.test',
  stagingHost: 'staging.captions.acme.test',
  stagingOrigins: 'https://staging.captions.acme.test',
  audience: 'https://kubernetes.production.captions.acme.test',
  stagingAudience: 'https://kubernetes.staging.captions.acme.test',
};
const expected = JSON.parse(readFileSync(values, 'utf8'));

try {
  await check('init --dry-run prints the diff and changes nothing', () => {
    const printed = leyenda('init', '--from', values, '--dry-run');
    assert.match(printed, /^-\s+name: 'instagram-captions',\n[\s\S]*^\+\s+name: 'pie-de-foto',$/m);
    assert.match(printed, /^\+\s+server_name captions\.acme\.test;$/m);
    assert.ok(second.isClean());
  });
  await check('init writes the files and says what remains', () => {
    const { values: changed, written, next } = JSON.parse(leyenda('init', '--from', values, '--json'));
    assert.deepEqual(Object.fromEntries(changed.map(({ name, to }: Record<string, string>) => [name, to])), { ...expected, ...derived });
    for (const path of [
      'contract/team.ts',
      'Dockerfile',
      'SECURITY.md',
      '.github/workflows/release.yml',
      'compose.yaml',
      'nginx/nginx.conf',
    ])
      assert.ok(written.includes(path), path);
    assert.ok(next.some((step: string) => step.includes('registry.acme.test/team/pie-de-foto-api')));
  });
  second.commit();
  await check('init with the same values has nothing to change', () => {
    assert.equal(leyenda('init', '--from', values), 'nothing to change\n');
    assert.ok(second.isClean());
  });
  await check('the sources compile', () => second.run('node_modules/typescript/bin/tsc', '--noEmit'));
  await check('all environments synthesize', () => {
    leyenda('synth');
    const manifest = (path: string) => second.read(join('dist', path));
    assert.match(manifest('production/service.yaml'), /image: registry\.acme\.test\/team\/pie-de-foto-api:/);
    assert.match(manifest('production/edge.yaml'), /captions\.acme\.test/);
    assert.match(manifest('production/api-server/authentication.yaml'), /acme\/pie-de-foto/);
  });
  await check('the workflows equal their source and keep the rules', () => leyenda('workflows', 'check'));
  await check('no name of the first product is left', () => {
    const manifests = readdirSync(join(second.folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.yaml'),
    );
    const paths = [...second.files(), ...manifests.map((path) => join('dist', path))];
    assert.ok(paths.length > 1000);
    assert.deepEqual(oldNamesIn(paths, second.read), []);
  });
  await check('the service starts with the new title and writes a caption', async () => {
    const { info, caption, metrics } = await captionOf(second.folder);
    assert.equal(info.title, expected.title);
    assert.deepEqual(info.contact, { email: expected.contact });
    assert.ok(caption.length > 0);
    // The names of metrics stay: docs/your-product.md.
    assert.match(metrics, /^instagram_captions_requests_total\{/m);
  });
  print(`a second product: ${((performance.now() - start) / 1000).toFixed(1)} s`);
} finally {
  second.remove();
}
