import { afterAll, describe, expect, test } from '@jest/globals';
import { Redis as Client } from 'ioredis';
import pg from 'pg';
import { parametersOf } from '../../manifests/data/connection-budget.ts';
import { postgresqlConf } from '../../manifests/data/postgres-tuning.ts';
import { redisConf } from '../../manifests/data/redis-conf.ts';
import { local } from '../../manifests/environments/local.ts';
import { openRedis } from '../../service/redis/redis.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { startPostgres, startRedis } from './servers.ts';

if (local.database.kind !== 'stateful-set') throw new Error('local has no PostgreSQL of its own');
const parameters = parametersOf('local', local, local.database);
const postgres = await startPostgres(postgresqlConf(parameters));
const redis = await startRedis(redisConf('32mb'));
if (postgres === undefined || redis === undefined) console.error('skipped: install PostgreSQL (/usr/lib/postgresql) and redis-server');
const withPostgres = postgres === undefined ? describe.skip : describe;
const withRedis = redis === undefined ? describe.skip : describe;
afterAll(() => Promise.all([postgres?.remove(), redis?.remove()]));

withPostgres('PostgreSQL with the generated configuration', () => {
  const client = new pg.Client(postgres?.url);
  const rows = async (text: string): Promise<unknown[]> => (await client.query(text)).rows;
  afterAll(() => client.end());

  test('accepts every parameter and value', async () => {
    await client.connect();
    const seen = await rows('select name, setting, applied, error from pg_file_settings order by name');
    const expected = Object.entries(parameters).map(([name, setting]) => ({ name, setting, applied: true, error: null }));
    expect(seen).toEqual(expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  });

  test('has the connections and memory of the environment', async () => {
    const bytes = 'setting::bigint * pg_size_bytes(unit) as bytes';
    expect(await rows(`select name, ${bytes} from pg_settings where name in ('shared_buffers', 'wal_buffers') order by name`)).toEqual([
      { name: 'shared_buffers', bytes: String(384 * 2 ** 20) },
      { name: 'wal_buffers', bytes: String(16 * 2 ** 20) },
    ]);
    const most = Number(parameters.max_connections) - 4;
    const pool = new pg.Pool({ connectionString: postgres?.url, max: most });
    const held = await Promise.all(Array.from({ length: most }, () => pool.connect()));
    for (const connection of held) connection.release();
    await pool.end();
    expect(held).toHaveLength(most);
  });
});

withRedis('Redis with the generated configuration', () => {
  const client = new Client(redis?.url ?? '');
  afterAll(() => client.disconnect());

  test('runs every command of the service', async () => {
    const adapter = openRedis(redis?.url ?? '', createLogger('silent', { write: () => {} }));
    await adapter.waitForConnection();
    await adapter.set('key', 'value', 60);
    await adapter.setIfUnchanged('other', 'value', 60, { key: 'value' });
    expect(await adapter.get(['key', 'other', 'none'])).toEqual(['value', 'value', undefined]);
    expect(await adapter.lock('turn', 'me', 1000)).toBe(true);
    await adapter.unlock('turn', 'me');
    await adapter.publish('channel', 'message');
    expect(await adapter.clear('ke')).toBe(1);
    await adapter.close();
  });

  test('evicts the least recently used keys at its memory limit, and stores nothing on disk', async () => {
    const value = 'x'.repeat(100_000);
    const fill = client.pipeline();
    for (let index = 0; index < 600; index++) fill.set(`fill-${index}`, value);
    expect((await fill.exec())?.filter(([error]) => error !== null)).toEqual([]);
    const info = await client.info();
    const of = (name: string) => new RegExp(`^${name}:(.*)\\r$`, 'm').exec(info)?.[1];
    expect({ policy: of('maxmemory_policy'), most: of('maxmemory'), aof: of('aof_enabled') }).toEqual({
      policy: 'allkeys-lru',
      most: String(32 * 2 ** 20),
      aof: '0',
    });
    expect(Number(of('evicted_keys'))).toBeGreaterThan(100);
    expect(Number(of('used_memory'))).toBeLessThanOrEqual(33 * 2 ** 20);
  });

  test.each([['CONFIG', 'GET', '*'], ['FLUSHALL'], ['KEYS', '*'], ['SHUTDOWN'], ['REPLICAOF', 'localhost', '1'], ['MONITOR']])(
    'rejects %s',
    async (command, ...args) => {
      await expect(client.call(command, ...args)).rejects.toThrow(/NOPERM/);
    },
  );
});
