import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { generateKey, hashKey } from '../../service/accounts/key-hashing.ts';
import { createKeyStore } from '../../service/accounts/key-store.ts';
import { openDatabase } from '../../service/database/database.ts';
import { cacheStatsResponse, readyResponse } from '../../service/system/schema.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate, testSettings } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const withOwnServers = given?.own === undefined ? describe.skip : describe;

const quota = { requests: 1000, windowSeconds: 3600 };
const silent = createLogger('silent', { write: () => {} });
const open = () => openDatabase(testSettings({ DATABASE_URL: given?.databaseUrl }), silent);

/** Creates a key and returns it. */
async function keyWith(row: { rate_limit_requests?: number; is_active?: boolean; expires_at?: Date; role?: string } = {}): Promise<string> {
  const database = await open();
  const key = generateKey();
  const values = { key_hash: hashKey(key), client_name: 'test', expires_at: null, permissions: null, ...row };
  await database.db.insertInto('api_keys').values(values).execute();
  await database.close();
  return key;
}

const running: ServiceProcess[] = [];
async function start(environment: Record<string, string> = {}) {
  const process = spawnService({ ROLE: 'api', DATABASE_URL: given?.databaseUrl ?? '', REDIS_URL: given?.redisUrl ?? '', ...environment });
  running.push(process);
  return { process, url: await process.url() };
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
});

const metric = async (url: string, line: string) =>
  Number((await (await fetch(`${url}/metrics`)).text()).split(`${line} `)[1]?.split('\n')[0]);

beforeAll(async () => {
  if (given === undefined) return;
  const database = await open();
  await sql`drop schema public cascade`.execute(database.db);
  await sql`create schema public`.execute(database.db);
  await database.close();
});
afterAll(() => given?.end());

withServers('migration on PostgreSQL', () => {
  test('by concurrent processes runs once, and running it again changes nothing', async () => {
    const migrators = Array.from({ length: 3 }, () => spawnService({ ROLE: 'migrate', DATABASE_URL: given?.databaseUrl ?? '' }));
    running.push(...migrators);
    const ends = await Promise.all(migrators.map(({ exited }) => exited));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(ends.filter(({ output }) => output.includes('"applied":["0001-api-keys"'))).toHaveLength(1);
    const database = await open();
    expect(await database.migrate()).toEqual([]);
    expect(await database.isMigrated()).toBe(true);
    await database.close();
  });

  test('creates the table api_keys with its columns and defaults', async () => {
    const database = await open();
    const { rows } = await sql<{ column_name: string; data_type: string; is_nullable: string }>`
      select column_name, data_type, is_nullable from information_schema.columns where table_name = 'api_keys' order by ordinal_position`.execute(
      database.db,
    );
    expect(rows.map(({ column_name, data_type, is_nullable }) => `${column_name} ${data_type} ${is_nullable}`)).toEqual([
      'id uuid NO',
      'key_hash character varying NO',
      'client_name character varying NO',
      'rate_limit_requests integer YES',
      'rate_limit_window integer YES',
      'created_at timestamp without time zone YES',
      'expires_at timestamp without time zone YES',
      'is_active boolean YES',
      'role character varying NO',
      'permissions ARRAY YES',
      'user_id uuid YES',
      'last_used_at timestamp with time zone YES',
      'previous_hash character varying YES',
      'previous_until timestamp with time zone YES',
      'budget_micros bigint YES',
    ]);
    await database.close();
  });
});

withServers('API keys in PostgreSQL', () => {
  test('have the permissions of their role and list, and their own quota', async () => {
    const database = await open();
    const keys = createKeyStore(database.db, quota);
    const reader = await keys.find(hashKey(await keyWith({ role: 'ReadOnly', rate_limit_requests: 7 })));
    expect(reader).toMatchObject({
      permissions: ['Read', 'API_Access'],
      quota: { requests: 7, windowSeconds: 3600 },
      expiresAt: undefined,
    });
    const expiry = new Date('2030-06-01T12:00:00Z');
    expect(await keys.find(hashKey(await keyWith({ expires_at: expiry })))).toMatchObject({ expiresAt: expiry.getTime() });
    expect(await keys.find(hashKey(await keyWith({ is_active: false })))).toBeUndefined();
    await database.close();
  });
});

withServers('two processes', () => {
  test('share one quota exactly', async () => {
    const key = await keyWith({ rate_limit_requests: 50 });
    const [one, two] = await Promise.all([start(), start()]);
    const responses = await Promise.all(Array.from({ length: 100 }, (_, index) => generate(index % 2 === 0 ? one : two, g0, key)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(50);
  });

  test('share cached values: the second responds from Redis', async () => {
    const key = await keyWith();
    const [one, two] = await Promise.all([start(), start()]);
    const request = { ...g0, content_description: `A red bicycle number ${Date.now()} against a wall` };
    expect(await (await generate(one, request, key)).json()).toMatchObject({ cached: false });
    expect(await (await generate(two, request, key)).json()).toMatchObject({ cached: true });
    expect(await metric(two.url, 'instagram_captions_cache_hits_total{cache="captions",level="redis"}')).toBe(1);
    const stats = cacheStatsResponse.parse(await (await fetch(`${two.url}/cache/stats`)).json());
    expect(stats).toMatchObject({ kind: 'redis', hits: { memory: 0, redis: 1 }, misses: 0, hit_rate: 1 });
    expect(stats.connected_clients).toBeGreaterThanOrEqual(2);
  });
});

withOwnServers('Redis down', () => {
  test('fails no request: cache and limits continue in the process, and Redis is used again after recovery', async () => {
    const key = await keyWith({ rate_limit_requests: 20 });
    const service = await start();
    expect((await generate(service, g0, key)).status).toBe(200);
    await given?.own?.redis.stop();
    const responses = [];
    for (let count = 0; count < 25; count += 1) responses.push(await generate(service, { ...g0, count: 1 + (count % 2) }, key));
    expect(responses.map(({ status }) => status)).toEqual([...Array(20).fill(200), ...Array(5).fill(429)]);
    expect(await metric(service.url, 'instagram_captions_fallbacks_total{dependency="cache",operation="limit"}')).toBe(25);
    expect((await fetch(`${service.url}/ready`)).status).toBe(200);
    await given?.own?.redis.start();
    const other = await keyWith({ rate_limit_requests: 1_000 });
    const counted = () => metric(service.url, 'instagram_captions_fallbacks_total{dependency="cache",operation="limit"}');
    for (let before = -1; before !== (await counted()); await sleep(200)) {
      before = await counted();
      await generate(service, g0, other);
    }
  });
});

withOwnServers('PostgreSQL down', () => {
  test('accepts known keys, returns 503 with Retry-After for others, and recovers without a restart', async () => {
    const [known, unknown] = [await keyWith(), await keyWith()];
    const service = await start();
    expect((await generate(service, g0, known)).status).toBe(200);
    // It has reached its database: on a busy machine, the first check may take too long.
    await waitUntil(
      () => fetch(`${service.url}/ready`),
      ({ status }) => status === 200,
    );
    await given?.own?.postgres.stop();
    expect((await generate(service, g0, known)).status).toBe(200);
    const rejected = await generate(service, g0, unknown);
    expect([rejected.status, rejected.headers.get('Retry-After')]).toEqual([503, '2']);
    const database = async () => {
      const ready = await fetch(`${service.url}/ready`);
      expect(ready.status).toBe(200);
      return readyResponse.parse(await ready.json()).dependencies.database.state;
    };
    await waitUntil(database, (state) => state === 'down');
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    await given?.own?.postgres.start();
    await waitUntil(
      () => generate(service, g0, unknown),
      ({ status }) => status === 200,
    );
    await waitUntil(database, (state) => state === 'up');
  });

  test('at the start keeps the process waiting and not ready until it is up', async () => {
    await given?.own?.postgres.stop();
    const service = await start();
    expect((await fetch(`${service.url}/ready`)).status).toBe(503);
    await given?.own?.postgres.start();
    await waitUntil(
      () => fetch(`${service.url}/ready`),
      ({ status }) => status === 200,
    );
  });
});

withServers('database connection', () => {
  test('that the server closes between two statements fails only its transaction', async () => {
    const [database, another] = [await open(), await open()];
    const broken = database.db.transaction().execute(async (on) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(another.db);
      await sleep(200);
      await sql`select 1`.execute(on);
    });
    await expect(broken).rejects.toThrow();
    await database.ping();
    await Promise.all([database.close(), another.close()]);
  });
});
