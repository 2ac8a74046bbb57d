import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { embeddedPool } from '../../service/database/connection-pool.ts';
import { openEmbeddedDatabase } from '../../service/database/embedded.ts';
import { postgresMajorVersion } from '../../service/database/embedded-start.ts';
import { spawnService } from '../../service/testing/process.ts';
import { smallDisk } from '../../service/testing/small-disk.ts';
import { stepsIn } from './log-steps.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'leyenda-'));
  const created = await PGlite.create(join(root, 'created'), { loadDataDir: await dataDir() });
  await created.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'data-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const onFatal = () => {
  throw new Error('not called');
};
/** The message of the error that opening the folder throws. */
async function openError(): Promise<string> {
  const { stream, close } = await openEmbeddedDatabase(folder, 'a test', onFatal);
  const pool = new pg.Pool(embeddedPool(stream));
  const error: unknown = await pool.query('select 1').catch((reason: unknown) => reason);
  await pool.end();
  await close();
  expect(error).toMatchObject({ name: 'StartError', message: expect.stringMatching(/^LEYENDA_DATA_DIR: [^\n]+\.$/) });
  return Error.isError(error) ? error.message : '';
}
const databaseFile = (...path: string[]) => join(folder, 'postgres', ...path);

describe('start with an embedded database', () => {
  test('of this release expects the major version that PGlite writes', async () => {
    expect((await readFile(join(root, 'created', 'PG_VERSION'), 'utf8')).trim()).toBe(postgresMajorVersion);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'with an empty WAL',
      async () => {
        for (const file of await readdir(databaseFile('pg_wal'))) if (file.startsWith('0')) await truncate(databaseFile('pg_wal', file));
      },
    ],
    ['with an empty control file', () => truncate(databaseFile('global', 'pg_control'))],
    ['with a damaged control file', () => writeFile(databaseFile('global', 'pg_control'), Buffer.alloc(8192, 7))],
    ['without PG_VERSION', () => rm(databaseFile('PG_VERSION'))],
    ['with an empty PG_VERSION', () => writeFile(databaseFile('PG_VERSION'), '')],
    ['that is a file', () => rm(databaseFile(), { recursive: true }).then(() => writeFile(databaseFile(), ''))],
  ])('%s fails, names the folder and two remedies, and keeps the files', async (_, damage) => {
    await cp(join(root, 'created'), databaseFile(), { recursive: true });
    await damage();
    const message = await openError();
    expect(message).toContain(`the embedded database in ${folder} cannot be opened because`);
    expect(message).toContain(`restore a backup of it, or move ${databaseFile()} away to start with an empty database.`);
    expect(existsSync(databaseFile())).toBe(true);
  });

  test('of a newer PostgreSQL fails and names both versions', async () => {
    await cp(join(root, 'created'), databaseFile(), { recursive: true });
    await writeFile(databaseFile('PG_VERSION'), '19\n');
    expect(await openError()).toContain(
      `because PostgreSQL 19 wrote it and this release has PostgreSQL ${postgresMajorVersion}: start the release that wrote it, or move`,
    );
  });

  test('whose restore was killed between its renames fails, instead of creating an empty database', async () => {
    for (const name of ['postgres_before_20240729_120000_1', 'postgres_restore_20240728_120000'])
      await cp(join(root, 'created'), join(folder, name), { recursive: true });
    expect(await openError()).toContain(
      'because the restore of set 20240728_120000 was interrupted: run leyenda restore folder 20240728_120000 again',
    );
    expect(existsSync(databaseFile())).toBe(false);
  });

  test('prints one line without a stack and exits with 1', async () => {
    await mkdir(databaseFile());
    await writeFile(databaseFile('PG_VERSION'), '19\n');
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: folder }).exited;
    expect([code, ...stepsIn(output)]).toEqual([1, 'Starting', 'Preparing', 'Migrating']);
    expect(errors).toMatch(/^LEYENDA_DATA_DIR: [^\n]+\n$/);
  });

  test('in a folder below a file fails with one line', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: join(file, 'data') }).exited;
    expect([code, ...stepsIn(output)]).toEqual([1, 'Starting', 'Preparing', 'Migrating']);
    expect(errors).toBe(
      `LEYENDA_DATA_DIR: the folder ${join(file, 'data')} cannot be used because it, or a part of its path, is a file: correct that, or set LEYENDA_DATA_DIR to another folder.\n`,
    );
  });
});

describe('start on a disk', () => {
  test.each<[string, Parameters<typeof smallDisk>, string]>([
    ['that is full', [8], 'its disk is full: 7 MB are free and 96 MB are needed: free space, or set LEYENDA_DATA_DIR to another folder.'],
    ['that is read-only', [200, 'ro'], 'its file system is read-only: correct that, or set LEYENDA_DATA_DIR to another folder.'],
  ])('%s fails and names the cause', async (_, options, reason) => {
    const disk = smallDisk(...options);
    if (disk === undefined) return;
    const { code, output, errors } = await spawnService({ LEYENDA_DATA_DIR: join(disk.path, 'data') }).exited;
    disk.remove();
    expect([code, ...stepsIn(output)]).toEqual([1, 'Starting', 'Preparing', 'Migrating']);
    expect(errors).toMatch(/^LEYENDA_DATA_DIR: [^\n]+\n$/);
    expect(errors).toContain(join(disk.path, 'data'));
    expect(errors).toContain(reason);
  });
});
