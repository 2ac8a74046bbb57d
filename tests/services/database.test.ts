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

withServers('Connections to PostgreSQL', () => {
  test('that fell silent are each used once more at most: the next one is new', async () => {
    const proxy = await startSilentProxy(given?.databaseUrl ?? '');
    const database = await open(proxy.url);
    await Promise.all([database.ping(), database.ping()]);
    proxy.silence();
    const met = await Promise.all([database.ping(), database.ping()].map((ping) => ping.catch((error: unknown) => error)));
    expect(met.map((error) => outageOf(error)?.name)).toEqual(['too_slow', 'too_slow']);
    await Promise.all([database.ping(), database.ping(), database.db.transaction().execute((trx) => sql`select 1`.execute(trx))]);
    // What is still silent would keep the pool from closing.
    await proxy.close();
    await database.close();
  });

  test('end a statement that takes too long in the server too, and are used again', async () => {
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
});
