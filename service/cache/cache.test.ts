import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import { shardOf } from '../redis/shards.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { memoryRedis } from '../testing/redis.ts';
import type { CacheOptions } from './cache.ts';
import { createCaches } from './cache.ts';

const schema = z.object({ text: z.string() });
type Value = z.output<typeof schema>;

/** The cache of one process over a Redis that processes share. */
const createTestCache = (redis: Redis | undefined, rest: Partial<CacheOptions<Value>> = {}) => {
  const metrics = createMetrics();
  const caches = createCaches(redis, metrics);
  return { metrics, caches, cache: caches.create<Value>({ name: 'test', version: 1, schema, ttlSeconds: 60, maxEntries: 10, ...rest }) };
};
const computing = (text: string) => async () => ({ text });
const notCalled = () => Promise.reject(new Error('must not compute'));

/** A computation that the test ends, and the signals of its calls. */
function pendingComputation() {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const signals: AbortSignal[] = [];
  const compute = (signal: AbortSignal) => {
    signals.push(signal);
    return promise;
  };
  return { compute, signals, resolve, reject };
}

describe('cache', () => {
  test('uses the TTL of ttlFor in memory and in Redis when it is shorter', async () => {
    const redis = memoryRedis();
    const seconds: number[] = [];
    const shared: Redis = { ...redis, setIfUnchanged: (...given) => redis.setIfUnchanged(...given).finally(() => seconds.push(given[2])) };
    const { cache } = createTestCache(shared, { ttlFor: ({ text }) => (text === 'short-lived' ? 0.001 : undefined) });
    await cache.get('short', computing('short-lived'));
    await cache.get('long', computing('long-lived'));
    await turn();
    expect(seconds).toEqual([0.001, 60]);
    redis.values.clear();
    await sleep(20);
    expect((await cache.get('short', computing('again'))).level).toBe('none');
    expect((await cache.get('long', notCalled)).level).toBe('memory');
  });

  test('counts from 0, so that alerts see a cache without hits, and the first hit', async () => {
    for (const redis of [undefined, memoryRedis()]) {
      const text = await createTestCache(redis).metrics.render();
      expect(text).toContain('cache_misses_total{cache="test"} 0');
      expect(text).toContain('cache_hits_total{cache="test",level="memory"} 0');
      expect(text.includes('cache_hits_total{cache="test",level="redis"} 0')).toBe(redis !== undefined);
    }
  });

  test('computes a value once for concurrent callers', async () => {
    const { cache } = createTestCache(undefined);
    const { compute, signals, resolve } = pendingComputation();
    const calls = Array.from({ length: 50 }, () => cache.get('key', compute));
    resolve({ text: 'once' });
    expect(new Set((await Promise.all(calls)).map(({ value }) => value.text))).toEqual(new Set(['once']));
    expect(signals).toHaveLength(1);
    expect((await cache.get('key', notCalled)).level).toBe('memory');
  });

  test('computes again after a failure', async () => {
    const { cache } = createTestCache(undefined);
    await expect(cache.get('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await cache.get('key', computing('yes'))).value.text).toBe('yes');
  });

  test('rejects only the caller that aborts, and aborts the computation with the last one', async () => {
    const { cache } = createTestCache(undefined);
    const { compute, signals } = pendingComputation();
    const [one, two] = [new AbortController(), new AbortController()];
    const calls = [cache.get('key', compute, one.signal), cache.get('key', compute, two.signal)];
    await turn();
    one.abort(new Error('one left'));
    await expect(calls[0]).rejects.toThrow('one left');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    two.abort(new Error('two left'));
    await expect(calls[1]).rejects.toThrow('two left');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect((await cache.get('key', computing('again'))).value.text).toBe('again');
  });

  test('returns from Redis a value that another process computed', async () => {
    const redis = memoryRedis();
    await createTestCache(redis).cache.get('key', computing('from elsewhere'));
    const { cache, metrics } = createTestCache(redis);
    expect(await cache.get('key', notCalled)).toEqual({ value: { text: 'from elsewhere' }, level: 'redis' });
    expect(await metrics.render()).toContain('instagram_captions_cache_hits_total{cache="test",level="redis"} 1');
  });

  test('computes again when the value in Redis does not match the schema', async () => {
    const redis = memoryRedis();
    for (const foreign of ['{"text":5}', 'not JSON']) {
      redis.values.set(`test:1:${shardOf('key')}:key`, foreign);
      expect((await createTestCache(redis).cache.get('key', computing('computed'))).level).toBe('none');
    }
  });

  test('computes and counts fallbacks while Redis is down', async () => {
    const redis = memoryRedis();
    redis.setDown(true);
    const { cache, metrics } = createTestCache(redis, { crossProcessLock: true });
    expect((await cache.get('key', computing('computed'))).level).toBe('none');
    const text = await metrics.render();
    expect(text).toContain('instagram_captions_fallbacks_total{dependency="cache",operation="cache_read"} 1');
    expect(text).toContain('instagram_captions_cache_misses_total{cache="test"} 1');
  });

  test('evicts the least recently used entry beyond maxEntries', async () => {
    const { cache } = createTestCache(undefined, { maxEntries: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, computing(key));
    expect((await cache.get('c', notCalled)).level).toBe('memory');
    expect((await cache.get('a', computing('again'))).level).toBe('none');
  });
});

describe('crossProcessLock', () => {
  test('lets one process compute while the others wait for its value', async () => {
    const redis = memoryRedis();
    const { compute, signals, resolve } = pendingComputation();
    const calls = [1, 2, 3].map(() => createTestCache(redis, { crossProcessLock: true }).cache.get('key', compute));
    await turn();
    resolve({ text: 'one for all' });
    const levels = (await Promise.all(calls)).map(({ level }) => level);
    expect(levels.toSorted()).toEqual(['none', 'redis', 'redis']);
    expect(signals).toHaveLength(1);
  });

  test('passes to the next process when the holder fails', async () => {
    const redis = memoryRedis();
    const { compute, reject } = pendingComputation();
    const failed = createTestCache(redis, { crossProcessLock: true }).cache.get('key', compute);
    await turn();
    const next = createTestCache(redis, { crossProcessLock: true }).cache.get('key', computing('second'));
    reject(new Error('first'));
    await expect(failed).rejects.toThrow('first');
    expect((await next).value.text).toBe('second');
  });
});

describe('invalidation', () => {
  const cacheInTwoProcesses = async (redis: Redis) => {
    const processes = [createTestCache(redis), createTestCache(redis)] as const;
    for (const { cache } of processes) await cache.get('key', computing('old'));
    return processes;
  };

  test('of a key evicts it from every process, and no other key', async () => {
    const [one, two] = await cacheInTwoProcesses(memoryRedis());
    await two.cache.get('other', computing('kept'));
    await one.cache.delete('key');
    expect(await two.cache.get('key', computing('new'))).toEqual({ value: { text: 'new' }, level: 'none' });
    expect((await two.cache.get('other', notCalled)).level).toBe('memory');
    expect(await one.cache.get('key', notCalled)).toEqual({ value: { text: 'new' }, level: 'redis' });
  });

  test('by set() makes every process return the new value', async () => {
    const [one, two] = await cacheInTwoProcesses(memoryRedis());
    await one.cache.set('key', { text: 'written' });
    expect(await two.cache.get('key', notCalled)).toEqual({ value: { text: 'written' }, level: 'redis' });
    expect(await one.cache.get('key', notCalled)).toEqual({ value: { text: 'written' }, level: 'memory' });
  });

  test('of everything empties every cache in every process and keeps other keys in Redis', async () => {
    const redis = memoryRedis();
    redis.values.set('limit:caller', '5');
    const [one, two] = await cacheInTwoProcesses(redis);
    expect(await one.caches.clear()).toBe(1);
    expect(redis.values.get('limit:caller')).toBe('5');
    expect((await two.cache.get('key', computing('new'))).level).toBe('none');
    expect(await createTestCache(undefined).caches.clear()).toBe(0);
  });

  test.each([
    ['a key in the same process', 0, false],
    ['a key in another process', 1, false],
    ['everything in the same process', 0, true],
    ['everything in another process', 1, true],
  ] as const)('of %s is not undone by a computation that started before', async (_, by, everything) => {
    const redis = memoryRedis();
    const processes = [createTestCache(redis), createTestCache(redis)] as const;
    const { compute, resolve } = pendingComputation();
    const early = processes[0].cache.get('key', compute);
    await turn();
    await (everything ? processes[by].caches.clear() : processes[by].cache.delete('key'));
    const late = processes[0].cache.get('key', computing('new'));
    resolve({ text: 'old' });
    expect((await early).value.text).toBe('old');
    expect((await late).value.text).toBe('new');
    for (const { cache } of processes) expect((await cache.get('key', notCalled)).value.text).toBe('new');
  });

  test('is not undone in Redis by a process that missed the message', async () => {
    const redis = memoryRedis();
    const unsubscribed = createTestCache({ ...redis, subscribe: () => {} });
    const { compute, resolve } = pendingComputation();
    const early = unsubscribed.cache.get('key', compute);
    await turn();
    await createTestCache(redis).cache.delete('key');
    resolve({ text: 'old' });
    await early;
    expect((await createTestCache(redis).cache.get('key', computing('new'))).value.text).toBe('new');
  });

  test('that Redis did not take makes the process bypass Redis', async () => {
    const redis = memoryRedis();
    const [one] = await cacheInTwoProcesses(redis);
    redis.setDown(true);
    await one.cache.delete('key');
    redis.setDown(false);
    expect(await one.cache.get('key', computing('new'))).toEqual({ value: { text: 'new' }, level: 'none' });
  });

  test('drops everything from memory after a lost connection', async () => {
    const redis = memoryRedis();
    const [one] = await cacheInTwoProcesses(redis);
    redis.reconnect();
    expect((await one.cache.get('key', notCalled)).level).toBe('redis');
  });
});
