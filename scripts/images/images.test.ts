import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { thirdPartyImages } from '../../manifests/components/third-party-images.ts';
import { parseDocument } from '../cli/documents.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { readPins } from './pins.ts';
import { parseReference } from './reference.ts';
import { type Repositories, startFakeRegistry } from './testing/fake-registry.ts';

const root = join(import.meta.dirname, '..', '..');
const table = 'manifests/components/third-party-images.ts';
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();

/** A repository with these pins, and `leyenda images` in it. */
async function repositoryWith(pins: Readonly<Record<string, string>>, base: string) {
  const folder = await mkdtemp(join(tmpdir(), 'leyenda-images-'));
  await mkdir(join(folder, 'manifests/components'), { recursive: true });
  // The formatter breaks long lines.
  const lines = Object.entries(pins).map(([name, reference]) => `  ${name}:${reference.includes('@') ? '\n    ' : ' '}'${reference}',\n`);
  await writeFile(join(folder, table), `export const thirdPartyImages = {\n${lines.join('')}} as const;\n`);
  await writeFile(
    join(folder, 'Dockerfile'),
    `FROM ${base} AS build-base\nFROM ${base} AS runtime-base\nFROM build-base AS build\nFROM runtime-base\n`,
  );
  const leyenda = async (...args: readonly string[]) => {
    const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string }>();
    execFile(process.execPath, [join(root, 'scripts/leyenda.js'), 'images', ...args, '--json'], { cwd: folder }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
    const { code, stdout } = await promise;
    return { code, document: parseDocument(stdout) };
  };
  return { leyenda, read: (file: string) => readFile(join(folder, file), 'utf8') };
}

const repositories: Repositories = {
  'library/redis': { '8.4.0-alpine': daysAgo(90), '8.4.1-alpine': daysAgo(30), '8.4.2-alpine': daysAgo(2), '9.0.0-alpine': daysAgo(40) },
  'library/node': { '26.10.0-bookworm-slim': daysAgo(20) },
};
const stale = `sha256:${'0'.repeat(64)}`;

test('the pins are every entry of the table and both bases of the Dockerfile', async () => {
  const pins = await readPins(root);
  expect(pins.filter(({ file }) => file === table).map(({ name, reference }) => [name, reference])).toEqual(
    Object.entries(thirdPartyImages),
  );
  expect(pins.filter(({ file }) => file === 'Dockerfile').map(({ name }) => name)).toEqual(['build-base', 'runtime-base']);
  for (const { reference } of pins) expect(parseReference(reference).tag).toMatch(/^v?\d+\.\d+/);
});

describe('leyenda images check', () => {
  test('reports newer versions and pins without digest, writes nothing, and exits with 0', async () => {
    using registry = await startFakeRegistry(repositories);
    const redis = `${registry.host}/library/redis:8.4.0-alpine`;
    const { leyenda, read } = await repositoryWith({ redis }, `${registry.host}/library/node:26.10.0-bookworm-slim`);
    const before = await read(table);
    const { code, document } = await leyenda('check');
    expect(document.images).toMatchObject([
      { name: 'redis', status: 'outdated', latest: '8.4.1-alpine', ageDays: 90 },
      { name: 'build-base', status: 'unpinned', latest: '26.10.0-bookworm-slim', ageDays: 20 },
      { name: 'runtime-base', status: 'unpinned' },
    ]);
    expect(code).toBe(exitCodes.ok);
    expect(await read(table)).toBe(before);
  });

  test('fails if a pinned tag has another digest or does not exist, or if its registry cannot be read', async () => {
    using registry = await startFakeRegistry(repositories);
    const moved = `${registry.host}/library/redis:8.4.1-alpine@${stale}`;
    const missing = `${registry.host}/library/redis:8.3.9-alpine`;
    const base = `${registry.host}/library/node:26.10.0-bookworm-slim@${registry.digestOf('library/node:26.10.0-bookworm-slim')}`;
    const { leyenda } = await repositoryWith({ moved, missing, unknown: `${registry.host}/nothing/here:1.0.0` }, base);
    const { code, document } = await leyenda('check');
    expect(document.images).toMatchObject([
      { status: 'moved' },
      { status: 'missing' },
      { status: 'unknown', cause: expect.stringContaining('does not exist') },
      { status: 'current' },
      { status: 'current' },
    ]);
    expect(code).toBe(exitCodes.different);
  });
});

describe('leyenda images update', () => {
  test('pins the newest version that is a week old by digest, in every place, and leaves nothing to update', async () => {
    using registry = await startFakeRegistry(repositories);
    const { leyenda, read } = await repositoryWith(
      { redis: `${registry.host}/library/redis:8.4.0-alpine@${stale}`, plain: `${registry.host}/library/redis:8.4.0-alpine` },
      `${registry.host}/library/node:26.10.0-bookworm-slim`,
    );
    const { code, document } = await leyenda('update');
    expect({ code, written: document.written }).toEqual({ code: exitCodes.ok, written: [table, 'Dockerfile'] });
    const redis = `${registry.host}/library/redis:8.4.1-alpine@${registry.digestOf('library/redis:8.4.1-alpine')}`;
    const node = `${registry.host}/library/node:26.10.0-bookworm-slim@${registry.digestOf('library/node:26.10.0-bookworm-slim')}`;
    expect(await read(table)).toBe(`export const thirdPartyImages = {\n  redis:\n    '${redis}',\n  plain: '${redis}',\n} as const;\n`);
    expect(await read('Dockerfile')).toContain(`FROM ${node} AS build-base\nFROM ${node} AS runtime-base\n`);
    expect(await leyenda('update')).toMatchObject({ code: exitCodes.ok, document: { written: [] } });
  });

  test('keeps the pin of a tag that was rebuilt within the last week, and fails', async () => {
    using registry = await startFakeRegistry(repositories);
    const fresh = `${registry.host}/library/redis:8.4.2-alpine@${stale}`;
    const { leyenda, read } = await repositoryWith({ fresh }, `${registry.host}/library/node:26.10.0-bookworm-slim`);
    expect((await leyenda('update')).code).toBe(exitCodes.different);
    expect(await read(table)).toContain(fresh);
    expect((await leyenda('update', '--min-age', '0')).code).toBe(exitCodes.ok);
    expect(await read(table)).toContain(`8.4.2-alpine@${registry.digestOf('library/redis:8.4.2-alpine')}`);
  });
});
