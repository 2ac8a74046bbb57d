import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { embeddedPool } from '../../service/database/connection-pool.ts';
import { type EmbeddedDatabase, openEmbeddedDatabase } from '../../service/database/embedded.ts';

const onFatal = () => {
  throw new Error('the database failed');
};
const openPool = ({ stream }: EmbeddedDatabase) => new pg.Pool(embeddedPool(stream));

const root = join(import.meta.dirname, '..', '..');

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
    const database = await openEmbeddedDatabase(folder, 'a test', onFatal);
    const pool = openPool(database);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(existsSync(join(folder, 'unfinished'))).toBe(false);
    await pool.end();
    await database.close();
  });

  test('creates no folder before its first use', async () => {
    const absent = join(folder, 'absent');
    const { close } = await openEmbeddedDatabase(absent, 'a test', onFatal);
    await close();
    expect(existsSync(absent)).toBe(false);
  });

  test('of an existing folder fails at once if another process holds the lock', async () => {
    const first = await openEmbeddedDatabase(folder, 'the first', onFatal);
    await openPool(first).query('select 1');
    await expect(openEmbeddedDatabase(folder, 'the second', onFatal)).rejects.toThrow('(the first, since ');
    await first.close();
    const third = await openEmbeddedDatabase(folder, 'the third', onFatal);
    await third.close();
  });

  test('executes a statement while the event loop runs', async () => {
    const database = await openEmbeddedDatabase(folder, 'a test', onFatal);
    const pool = openPool(database);
    await pool.query('select 1');
    // Ends once the file exists, which the event loop writes during the statement.
    const statement = pool.query(`do $$ begin
      while (pg_stat_file('written', true)).size is null loop null; end loop;
    end $$`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await writeFile(join(folder, 'postgres', 'written'), '');
    await statement;
    await pool.end();
    await database.close();
  });

  test('rejects an expression deeper than its stack, and executes the next statement', async () => {
    const database = await openEmbeddedDatabase(folder, 'a test', onFatal);
    const pool = openPool(database);
    await expect(pool.query(`select ${'1+'.repeat(20_000)}1`)).rejects.toMatchObject({ code: '54001' });
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await database.close();
  });

  test('ends the process with cause and remedy after a PANIC', async () => {
    const program = `
      import { rename } from 'node:fs/promises';
      import { openDatabase } from ${JSON.stringify(join(root, 'service/database/database.ts'))};
      import { createLogger } from ${JSON.stringify(join(root, 'service/telemetry/log.ts'))};
      const folder = process.argv[1];
      const { sqlExecutor } = await openDatabase({ LEYENDA_DATA_DIR: folder }, createLogger('info'));
      await sqlExecutor.executeSql('create table numbers (n integer)');
      await rename(folder + '/postgres/pg_wal', folder + '/postgres/elsewhere');
      await sqlExecutor.executeSql('select pg_switch_wal()');
      await sqlExecutor.executeSql('insert into numbers values (1)').catch(() => {});
      await sqlExecutor.executeSql('select 1');
      console.log('not reached');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    const output = (await child.stdout.setEncoding('utf8').toArray()).join('');
    expect(output).toContain('could not create file');
    expect(output).toContain('The process ends because its embedded database failed: see its log and its disk; restore a backup');
    expect([output.includes('not reached'), (await closed)[0]]).toEqual([false, 1]);
  });
});
