import { afterAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase } from '../../service/database/database.ts';
import { outageOf } from '../../service/database/outage.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { testSettings } from '../../service/testing/service.ts';
import { startSilentProxy } from './silent-proxy.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const silent = createLogger('silent', { write: () => {} });
const open = (url = given?.databaseUrl, size = 2) =>
  openDatabase(testSettings({ DATABASE_URL: url, DATABASE_POOL_SIZE: String(size) }), silent);

afterAll(() => given?.end());

withServers('connections to PostgreSQL', () => {
  test('that stopped responding are used at most once more and then replaced', async () => {
    const proxy = await startSilentProxy(given?.databaseUrl ?? '');
    const database = await open(proxy.url);
    await Promise.all([database.ping(), database.ping()]);
    proxy.silence();
    const met = await Promise.all([database.ping(), database.ping()].map((ping) => ping.catch((error: unknown) => error)));
    expect(met.map((error) => outageOf(error)?.name)).toEqual(['too_slow', 'too_slow']);
    await Promise.all([database.ping(), database.ping(), database.db.transaction().execute((trx) => sql`select 1`.execute(trx))]);
    // Silent connections would block closing the pool.
    await proxy.close();
    await database.close();
  });

  test('cancel a slow statement on the server and are reused', async () => {
    const database = await open(undefined, 1);
    const pid = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.db)).rows[0]?.pid;
    const before = await pid();
    const met: unknown = await sql`select pg_sleep(60)`.execute(database.db).catch((error: unknown) => error);
    expect(outageOf(met)?.name).toBe('too_slow');
    expect(await pid()).toBe(before);
    const { rows } = await sql`select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep(60)%'`.execute(
      database.db,
    );
    expect(rows).toEqual([]);
    await database.close();
  });

  test('report each statement with its kind and seconds, failed ones and those of the queue too', async () => {
    const database = await open();
    await database.migrate();
    const seen: [kind: string, isPositive: boolean][] = [];
    database.observe((kind, seconds) => seen.push([kind, seconds > 0]));
    const { db } = database;
    await db.selectFrom('users').select('id').limit(1).execute();
    await db.deleteFrom('users').where('username', '=', 'absent').execute();
    await db.transaction().execute((trx) => trx.updateTable('users').set({ email: 'a' }).where('username', '=', 'absent').execute());
    await expect(sql`select 1 / 0`.execute(db)).rejects.toThrow('division by zero');
    await database.sqlExecutor.executeSql('select 1');
    const kinds = ['select', 'delete', 'other', 'update', 'other', 'other', 'queue'];
    expect(seen).toEqual(kinds.map((kind) => [kind, true]));
    await database.close();
  });
});
