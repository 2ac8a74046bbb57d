import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmbeddedDatabase } from '../../service/database/embedded.ts';

const onFatal = () => {
  throw new Error('the database failed');
};

describe('embedded database', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leyenda-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is created again if a process was killed while creating it', async () => {
    // Such a process leaves the version, but not the configuration that is written after it.
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await writeFile(join(folder, 'unfinished'), '');
    const { pglite, unlock } = await openEmbeddedDatabase(folder, 'a test', onFatal);
    const database = await pglite();
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(existsSync(join(folder, 'unfinished'))).toBe(false);
    await database.close();
    unlock();
  });

  test('creates no folder before its first use', async () => {
    const absent = join(folder, 'absent');
    const { unlock } = await openEmbeddedDatabase(absent, 'a test', onFatal);
    unlock();
    expect(existsSync(absent)).toBe(false);
  });

  test('of an existing folder fails at once if another process holds the lock', async () => {
    const first = await openEmbeddedDatabase(folder, 'the first', onFatal);
    await (await first.pglite()).close();
    await expect(openEmbeddedDatabase(folder, 'the second', onFatal)).rejects.toThrow('(the first, since ');
    first.unlock();
    const third = await openEmbeddedDatabase(folder, 'the third', onFatal);
    third.unlock();
  });
});
