import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyDatabase } from '../testing/database-image.ts';
import { spawnService } from '../testing/process.ts';
import { smallDisk } from '../testing/small-disk.ts';
import { openEmbeddedDatabase } from './embedded.ts';
import { postgresMajorVersion } from './embedded-start.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'leyenda-'));
  const inMemory = await emptyDatabase();
  const made = await PGlite.create(join(root, 'made'), { loadDataDir: await inMemory.dumpDataDir('none') });
  await Promise.all([inMemory.close(), made.close()]);
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'data-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const never = () => {
  throw new Error('not called');
};
/** The sentence that opening the folder ends with. */
async function refusal(): Promise<string> {
  const { pglite, unlock } = await openEmbeddedDatabase(folder, 'a test', never);
  const error: unknown = await pglite().catch((reason: unknown) => reason);
  unlock();
  expect(error).toMatchObject({ name: 'StartError', message: expect.stringMatching(/^LEYENDA_DATA_DIR: [^\n]+\.$/) });
  return Error.isError(error) ? error.message : '';
}
const stored = (...path: string[]) => join(folder, 'postgres', ...path);

describe('The start on an embedded database', () => {
  test('that was made by this release is made by the major version that is expected', async () => {
    expect((await readFile(join(root, 'made', 'PG_VERSION'), 'utf8')).trim()).toBe(postgresMajorVersion);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'whose log is empty',
      async () => {
        for (const file of await readdir(stored('pg_wal'))) if (file.startsWith('0')) await truncate(stored('pg_wal', file));
      },
    ],
    ['whose control file is empty', () => truncate(stored('global', 'pg_control'))],
    ['whose control file is another', () => writeFile(stored('global', 'pg_control'), Buffer.alloc(8192, 7))],
    ['without its version', () => rm(stored('PG_VERSION'))],
    ['whose version is no number', () => writeFile(stored('PG_VERSION'), '')],
    ['that is a file', () => rm(stored(), { recursive: true }).then(() => writeFile(stored(), ''))],
  ])('%s ends with a sentence that names the folder and two remedies, and leaves the files alone', async (_, damage) => {
    await cp(join(root, 'made'), stored(), { recursive: true });
    await damage();
    const message = await refusal();
    expect(message).toContain(`the embedded database in ${folder} cannot be opened because`);
    expect(message).toContain(`restore a backup of it, or move ${stored()} away to start with an empty database.`);
    expect(existsSync(stored())).toBe(true);
  });

  test('of a newer PostgreSQL ends with a sentence that names both versions', async () => {
    await cp(join(root, 'made'), stored(), { recursive: true });
    await writeFile(stored('PG_VERSION'), '19\n');
    expect(await refusal()).toContain(
      `because PostgreSQL 19 wrote it and this release has PostgreSQL ${postgresMajorVersion}: start the release that wrote it, or move`,
    );
  });

  test('prints its sentence, and no stack, from the process, which exits with 1', async () => {
    await mkdir(stored());
    await writeFile(stored('PG_VERSION'), '19\n');
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: folder }).exited;
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^LEYENDA_DATA_DIR: [^\n]+\n$/);
  });

  test('in a folder whose path leads through a file ends with a sentence', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: join(file, 'data') }).exited;
    expect([code, output]).toEqual([1, '']);
    expect(errors).toBe(
      `LEYENDA_DATA_DIR: the folder ${join(file, 'data')} cannot be used because it, or a part of its path, is a file: correct that, or set LEYENDA_DATA_DIR to another folder.\n`,
    );
  });
});

describe('The start on a disk', () => {
  test.each<[string, Parameters<typeof smallDisk>, string]>([
    ['that is full', [8], 'its disk is full: 7 MB are free and 96 MB are needed: free space, or set LEYENDA_DATA_DIR to another folder.'],
    ['that is read-only', [200, 'ro'], 'its file system is read-only: correct that, or set LEYENDA_DATA_DIR to another folder.'],
  ])('%s ends with a sentence that says so', async (_, options, reason) => {
    const disk = smallDisk(...options);
    if (disk === undefined) return;
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: join(disk.path, 'data') }).exited;
    disk.remove();
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^LEYENDA_DATA_DIR: [^\n]+\n$/);
    expect(errors).toContain(join(disk.path, 'data'));
    expect(errors).toContain(reason);
  });
});
