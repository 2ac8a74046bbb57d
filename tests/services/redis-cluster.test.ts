import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpoints } from '../../contract/endpoints/index.ts';
import { hashKey } from '../../service/accounts/key-hashing.ts';
import { createCaches } from '../../service/cache/cache.ts';
import { openRedis, type Redis } from '../../service/redis/redis.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { load } from '../../service/testing/load.ts';
import { spawnService } from '../../service/testing/process.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type RedisGroup, startRedisCluster, startRedisSentinel } from './redis-cluster.ts';
import { statuses } from './replicas.ts';
import { findOnPath } from './servers.ts';

const isInstalled = findOnPath('redis-server') !== undefined;
if (!isInstalled) console.error('skipped: install redis-server');
const withRedis = isInstalled ? describe : describe.skip;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function started(start: () => Promise<RedisGroup | undefined>): Promise<RedisGroup> {
  const group = await start();
  if (group === undefined) throw new Error('Redis is installed');
  cleanups.push(() => group.remove());
  return group;
}

const keys = { before: 'key-before-the-failure', during: 'key-during-the-failure', after: 'key-after-the-failure' };
const loadSettings = { RATE_LIMIT_REQUESTS: '100', RATE_LIMIT_WINDOW: '3600', VALID_API_KEYS: Object.values(keys).join(',') };

/** A process of role api without a database: it answers configured keys with the offline model. */
async function startReplica(url: string) {
  const service = spawnService({
    ROLE: 'api',
    DATABASE_URL: 'postgresql://user@127.0.0.1:1/none',
    REDIS_URL: url,
    ...loadSettings,
  });
  cleanups.push(service.end);
  return { service, url: await service.url() };
}

const waitUntilWritable = (redis: Redis) =>
  waitUntil(() =>
    redis.checkWritable().then(
      () => true,
      () => false,
    ),
  );

/** The cache of one process. */
async function openCache(url: string) {
  const redis = openRedis(url, createLogger('silent', { write: () => {} }));
  cleanups.push(() => redis.close());
  const metrics = createMetrics();
  const caches = createCaches(redis, metrics);
  const schema = z.object({ text: z.string() });
  const options = { name: 'test', version: 1, schema, ttlSeconds: 60, maxEntries: 1000, crossProcessLock: true } as const;
  const cache = caches.create<z.output<typeof schema>>(options);
  await waitUntilWritable(redis);
  return { redis, metrics, caches, cache };
}
type Caches = readonly [Awaited<ReturnType<typeof openCache>>, Awaited<ReturnType<typeof openCache>>];

/** Computes values in both processes at the same time, then clears the cache in one of them. */
async function checkCaches(caches: Caches, text: string): Promise<void> {
  const names = Array.from({ length: 30 }, (_, index) => `${text}-${index}`);
  let computations = 0;
  const compute = async () => {
    computations += 1;
    return { text };
  };
  for (const name of names) {
    const values = await Promise.all(caches.map(({ cache }) => cache.get(name, compute)));
    expect(values.map(({ value }) => value.text)).toEqual([text, text]);
  }
  // On a busy machine Redis may take longer than its timeout: then a process computes for itself.
  const fallbacks = await Promise.all(caches.map(({ metrics }) => metrics.total('fallbacks')));
  expect(computations).toBeGreaterThanOrEqual(names.length);
  expect(computations).toBeLessThanOrEqual(names.length + fallbacks.reduce((sum, count) => sum + count, 0));
  expect(await caches[0].caches.clear()).toBeGreaterThan(0);
  await waitUntil(async () => (await caches[1].cache.get(`${text}-0`, compute)).level === 'none');
}

withRedis.each([
  ['a Redis Cluster of three masters with replicas', startRedisCluster],
  ['Redis with a replica and three Sentinels', startRedisSentinel],
])('%s', (_, start) => {
  test('fails no request while a master is killed under load, and counts exactly before and after', async () => {
    const group = await started(start);
    const replicas = [await startReplica(group.url), await startReplica(group.url)];
    /** 200 requests, ten at a time: a command must not time out on a busy machine. */
    async function send(key: string) {
      const answers: Response[] = [];
      while (answers.length < 200) {
        const some = Array.from({ length: 10 }, (_, index) => generate({ url: replicas[index % 2]?.url ?? '' }, g0, key));
        answers.push(...(await Promise.all(some)));
      }
      return statuses(answers);
    }
    expect(await send(keys.before)).toEqual({ 200: 100, 429: 100 });

    const done = new AbortController();
    const headers = { Authorization: `Bearer ${keys.during}`, 'Content-Type': 'application/json' };
    const options = { headers, body: JSON.stringify(g0) };
    const loads = replicas.map(({ url }) => load(url + endpoints.generate.path, 8, options, done.signal));
    const counter = `limit:{key:configured-${hashKey(keys.during).slice(0, 16)}}:caller`;
    await group.killMasterOf(counter);
    for (const { service } of replicas) await service.printed(/(Redis is down)/);
    await waitUntil(() => group.hasMasterFor(counter));
    for (const { service } of replicas) await service.printed(/(Redis is up)/);
    done.abort();
    for (const { responses, failures } of await Promise.all(loads)) {
      expect(failures).toEqual([]);
      expect(Object.keys(responses).filter((status) => status !== '200' && status !== '429')).toEqual([]);
    }
    expect(await send(keys.after)).toEqual({ 200: 100, 429: 100 });
  });

  test('shares caches, locks and invalidations, also after a master was killed', async () => {
    const group = await started(start);
    const caches = [await openCache(group.url), await openCache(group.url)] as const;
    await checkCaches(caches, 'before');
    await group.killMasterOf('epoch:test:1:{0}');
    await waitUntil(() => group.hasMasterFor('epoch:test:1:{0}'));
    for (const { redis } of caches) await waitUntilWritable(redis);
    await checkCaches(caches, 'after');
  });
});

withRedis('REDIS_URL with a password that the servers reject', () => {
  test('leaves the service with local limits and one log line', async () => {
    const group = await started(startRedisSentinel);
    const { service, url } = await startReplica(group.url.replace(':secret@', ':wrong@'));
    expect((await generate({ url }, g0, keys.before)).status).toBe(200);
    await service.printed(/(Redis is down)/);
    expect(service.output().match(/Redis is down/g)).toHaveLength(1);
  });
});
