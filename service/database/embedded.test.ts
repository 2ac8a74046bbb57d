import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmbeddedDatabase } from './embedded.ts';

const never = () => {
  throw new Error('the database broke down');
};

describe('The embedded database', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leyenda-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is made anew if the process that made it was killed before it was whole', async () => {
    // What such a process leaves: the version, but not the configuration that comes after it.
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await writeFile(join(folder, 'unfinished'), '');
    const { pglite, unlock } = await openEmbeddedDatabase(folder, 'a test', never);
    const database = await pglite();
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(existsSync(join(folder, 'unfinished'))).toBe(false);
    await database.close();
    unlock();
  });

  test('leaves the folder as it is until it is asked', async () => {
    const absent = join(folder, 'absent');
    const { unlock } = await openEmbeddedDatabase(absent, 'a test', never);
    unlock();
    expect(existsSync(absent)).toBe(false);
  });

  test('of a folder that was used before is refused at once if another process has it', async () => {
    const first = await openEmbeddedDatabase(folder, 'the first', never);
    await (await first.pglite()).close();
    await expect(openEmbeddedDatabase(folder, 'the second', never)).rejects.toThrow('(the first, since ');
    first.unlock();
    const third = await openEmbeddedDatabase(folder, 'the third', never);
    third.unlock();
  });
});
