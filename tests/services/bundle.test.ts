import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleService, root, serviceEntries } from '../../scripts/bundle.ts';

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leyenda-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('bundle', () => {
  test.each([
    ['next to its worker', 'tests/services/programs/sandbox.ts'],
    ['in a chunk', 'tests/services/programs/sandbox-in-chunk.ts'],
  ])('contains a working sandbox with worker and WebAssembly %s', async (_, main) => {
    const outdir = await mkdtemp(join(folder, 'bundle-'));
    await bundleService(outdir, { ...serviceEntries, main });
    const { stdout } = await run(process.execPath, [join(outdir, 'main.js'), 'console.log("in"); 6 * 7'], { cwd: outdir });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', value: '42', output: 'in\n' });
  });

  test('contains a working thread of the offline model', async () => {
    const outdir = await mkdtemp(join(folder, 'bundle-'));
    await bundleService(outdir, { ...serviceEntries, main: 'tests/services/programs/offline.ts' });
    const { stdout } = await run(process.execPath, [join(outdir, 'main.js')], { cwd: outdir });
    expect(stdout).toMatch(/^Key terms: .*beach/);
  });
  test('contains a working thread that draws charts and reports', async () => {
    // The packages with files are next to the bundle, as in the image.
    await mkdir(join(root, 'build'), { recursive: true });
    const outdir = await mkdtemp(join(root, 'build/bundle-'));
    try {
      await bundleService(outdir, { ...serviceEntries, main: 'tests/services/programs/drawing.ts' });
      const { stdout } = await run(process.execPath, [join(outdir, 'main.js')], { cwd: outdir });
      expect(stdout).toMatch(/^\u{89}PNG \d{4,}\n%PDF \d{4,}\n$/u);
    } finally {
      await rm(outdir, { recursive: true });
    }
  });
});
