import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { memoryRedis } from '../testing/redis.ts';
import type { CacheOptions } from './cache.ts';
import { createCaches } from './cache.ts';

const schema = z.object({ text: z.string() });
type Value = z.output<typeof schema>;

/** A process's cache over what it shares with others. */
const cacheOver = (redis: Redis | undefined, rest: Partial<CacheOptions<Value>> = {}) => {
  const metrics = createMetrics();
  const caches = createCaches(redis, metrics);
  return { metrics, caches, cache: caches.create<Value>({ name: 'test', version: 1, schema, ttlSeconds: 60, maxEntries: 10, ...rest }) };
};
const making = (text: string) => async () => ({ text });
const never = () => Promise.reject(new Error('not asked'));

/** A value that is made when the test says so, and how often it was asked for. */
function slow() {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const signals: AbortSignal[] = [];
  const make = (signal: AbortSignal) => {
    signals.push(signal);
    return promise;
  };
  return { make, signals, resolve, reject };
}

describe('The cache', () => {
  test('keeps a value for a shorter time where it is told to, in every process', async () => {
    const redis = memoryRedis();
    const seconds: number[] = [];
    const shared: Redis = { ...redis, setIfUnchanged: (...given) => redis.setIfUnchanged(...given).finally(() => seconds.push(given[2])) };
    const { cache } = cacheOver(shared, { ttlFor: ({ text }) => (text === 'for now' ? 0.001 : undefined) });
    await cache.get('short', making('for now'));
    await cache.get('long', making('for long'));
    await turn();
    expect(seconds).toEqual([0.001, 60]);
    redis.values.clear();
    await sleep(20);
    expect((await cache.get('short', making('anew'))).level).toBe('none');
    expect((await cache.get('long', never)).level).toBe('memory');
  });

  test('makes a value once for all who ask at the same time', async () => {
    const { cache } = cacheOver(undefined);
    const { make, signals, resolve } = slow();
    const asked = Array.from({ length: 50 }, () => cache.get('key', make));
    resolve({ text: 'once' });
    expect(new Set((await Promise.all(asked)).map(({ value }) => value.text))).toEqual(new Set(['once']));
    expect(signals).toHaveLength(1);
    expect((await cache.get('key', never)).level).toBe('memory');
  });

  test('keeps no failure: whoever asks next tries again', async () => {
    const { cache } = cacheOver(undefined);
    await expect(cache.get('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await cache.get('key', making('yes'))).value.text).toBe('yes');
  });

  test('lets one caller leave alone, and ends the work when the last one has left', async () => {
    const { cache } = cacheOver(undefined);
    const { make, signals } = slow();
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [cache.get('key', make, one.signal), cache.get('key', make, two.signal)];
    await turn();
    one.abort(new Error('one left'));
    await expect(asked[0]).rejects.toThrow('one left');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    two.abort(new Error('two left'));
    await expect(asked[1]).rejects.toThrow('two left');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect((await cache.get('key', making('anew'))).value.text).toBe('anew');
  });

  test('answers from Redis what another process made', async () => {
    const redis = memoryRedis();
    await cacheOver(redis).cache.get('key', making('from elsewhere'));
    const { cache, metrics } = cacheOver(redis);
    expect(await cache.get('key', never)).toEqual({ value: { text: 'from elsewhere' }, level: 'redis' });
    expect(await metrics.render()).toContain('instagram_captions_cache_hits_total{cache="test",level="redis"} 1');
  });

  test('does not trust what stands in Redis in another form', async () => {
    const redis = memoryRedis();
    for (const foreign of ['{"text":5}', 'not JSON']) {
      redis.values.set('test:1:key', foreign);
      expect((await cacheOver(redis).cache.get('key', making('made'))).level).toBe('none');
    }
  });

  test('goes on without Redis, and counts that', async () => {
    const redis = memoryRedis();
    redis.away(true);
    const { cache, metrics } = cacheOver(redis, { crossProcessLock: true });
    expect((await cache.get('key', making('made'))).level).toBe('none');
    const text = await metrics.render();
    expect(text).toContain('instagram_captions_fallbacks_total{dependency="cache",operation="cache_read"} 1');
    expect(text).toContain('instagram_captions_cache_misses_total{cache="test"} 1');
  });

  test('holds no more in memory than it may', async () => {
    const { cache } = cacheOver(undefined, { maxEntries: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, making(key));
    expect((await cache.get('c', never)).level).toBe('memory');
    expect((await cache.get('a', making('again'))).level).toBe('none');
  });
});

describe('A dear value', () => {
  test('is made by one process while the others wait for it', async () => {
    const redis = memoryRedis();
    const { make, signals, resolve } = slow();
    const asked = [1, 2, 3].map(() => cacheOver(redis, { crossProcessLock: true }).cache.get('key', make));
    await turn();
    resolve({ text: 'one for all' });
    const levels = (await Promise.all(asked)).map(({ level }) => level);
    expect(levels.toSorted()).toEqual(['none', 'redis', 'redis']);
    expect(signals).toHaveLength(1);
  });

  test('is made by the next process where the first one failed', async () => {
    const redis = memoryRedis();
    const { make, reject } = slow();
    const failed = cacheOver(redis, { crossProcessLock: true }).cache.get('key', make);
    await turn();
    const next = cacheOver(redis, { crossProcessLock: true }).cache.get('key', making('second'));
    reject(new Error('first'));
    await expect(failed).rejects.toThrow('first');
    expect((await next).value.text).toBe('second');
  });
});

describe('An invalidation', () => {
  const remember = async (redis: Redis) => {
    const processes = [cacheOver(redis), cacheOver(redis)] as const;
    for (const { cache } of processes) await cache.get('key', making('old'));
    return processes;
  };

  test('of a key reaches the memory of every process, and of no other key', async () => {
    const [one, two] = await remember(memoryRedis());
    await two.cache.get('other', making('kept'));
    await one.cache.delete('key');
    expect(await two.cache.get('key', making('new'))).toEqual({ value: { text: 'new' }, level: 'none' });
    expect((await two.cache.get('other', never)).level).toBe('memory');
    expect(await one.cache.get('key', never)).toEqual({ value: { text: 'new' }, level: 'redis' });
  });

  test('by a new value gives that to every process', async () => {
    const [one, two] = await remember(memoryRedis());
    await one.cache.set('key', { text: 'written' });
    expect(await two.cache.get('key', never)).toEqual({ value: { text: 'written' }, level: 'redis' });
    expect(await one.cache.get('key', never)).toEqual({ value: { text: 'written' }, level: 'memory' });
  });

  test('of everything empties every cache everywhere and leaves the rest of Redis alone', async () => {
    const redis = memoryRedis();
    redis.values.set('limit:caller', '5');
    const [one, two] = await remember(redis);
    expect(await one.caches.clear()).toBe(1);
    expect(redis.values.get('limit:caller')).toBe('5');
    expect((await two.cache.get('key', making('new'))).level).toBe('none');
    expect(await cacheOver(undefined).caches.clear()).toBe(0);
  });

  test.each([
    ['a key in the same process', 0, false],
    ['a key in another process', 1, false],
    ['everything in the same process', 0, true],
    ['everything in another process', 1, true],
  ] as const)('of %s is not undone by what was being made meanwhile', async (_, by, everything) => {
    const redis = memoryRedis();
    const processes = [cacheOver(redis), cacheOver(redis)] as const;
    const { make, resolve } = slow();
    const early = processes[0].cache.get('key', make);
    await turn();
    await (everything ? processes[by].caches.clear() : processes[by].cache.delete('key'));
    const late = processes[0].cache.get('key', making('new'));
    resolve({ text: 'old' });
    expect((await early).value.text).toBe('old');
    expect((await late).value.text).toBe('new');
    for (const { cache } of processes) expect((await cache.get('key', never)).value.text).toBe('new');
  });

  test('that was not heard is not undone in Redis either', async () => {
    const redis = memoryRedis();
    const deaf = cacheOver({ ...redis, subscribe: () => {} });
    const { make, resolve } = slow();
    const early = deaf.cache.get('key', make);
    await turn();
    await cacheOver(redis).cache.delete('key');
    resolve({ text: 'old' });
    await early;
    expect((await cacheOver(redis).cache.get('key', making('new'))).value.text).toBe('new');
  });

  test('that Redis did not take makes a process distrust Redis', async () => {
    const redis = memoryRedis();
    const [one] = await remember(redis);
    redis.away(true);
    await one.cache.delete('key');
    redis.away(false);
    expect(await one.cache.get('key', making('new'))).toEqual({ value: { text: 'new' }, level: 'none' });
  });

  test('may have been missed while the connection was lost: memories start anew', async () => {
    const redis = memoryRedis();
    const [one] = await remember(redis);
    redis.reconnect();
    expect((await one.cache.get('key', never)).level).toBe('redis');
  });
});
