import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { createMetrics } from '../telemetry/metrics.ts';
import { createCache } from './cache.ts';
import type { Redis } from './redis.ts';

const schema = z.object({ text: z.string() });
type Value = z.output<typeof schema>;

/** A Redis of one process's memory: what two caches share. */
function sharedMemory(): Redis & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    count: () => Promise.reject(new Error('not counted here')),
    clients: async () => 1,
    ping: async () => {},
    connected: async () => {},
    close: async () => {},
  };
}
const cacheOver = (redis: Redis | undefined, maxEntries = 10) => {
  const metrics = createMetrics();
  return { metrics, cache: createCache<Value>({ name: 'test:1', schema, ttlSeconds: 60, maxEntries, redis, metrics }) };
};

describe('The cache', () => {
  test('makes a value once for all who ask at the same time', async () => {
    const { cache } = cacheOver(undefined);
    const { promise, resolve } = Promise.withResolvers<Value>();
    let made = 0;
    const asked = Array.from({ length: 50 }, () =>
      cache.get('key', () => {
        made += 1;
        return promise;
      }),
    );
    resolve({ text: 'once' });
    expect(new Set((await Promise.all(asked)).map(({ value }) => value.text))).toEqual(new Set(['once']));
    expect(made).toBe(1);
    expect((await cache.get('key', () => promise)).level).toBe('memory');
  });

  test('keeps no failure: whoever asks next tries again', async () => {
    const { cache } = cacheOver(undefined);
    await expect(cache.get('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await cache.get('key', async () => ({ text: 'yes' }))).value.text).toBe('yes');
  });

  test('answers from Redis what another process made', async () => {
    const redis = sharedMemory();
    await cacheOver(redis).cache.get('key', async () => ({ text: 'from elsewhere' }));
    const { cache, metrics } = cacheOver(redis);
    expect(await cache.get('key', () => Promise.reject(new Error('not asked')))).toEqual({
      value: { text: 'from elsewhere' },
      level: 'redis',
    });
    expect(await metrics.text()).toContain('instagram_captions_cache_hits_total{level="redis"} 1');
  });

  test('does not trust what stands in Redis in another form', async () => {
    const redis = sharedMemory();
    for (const foreign of ['{"text":5}', 'not JSON']) {
      redis.values.set('test:1:key', foreign);
      expect((await cacheOver(redis).cache.get('key', async () => ({ text: 'made' }))).level).toBe('none');
    }
  });

  test('goes on without Redis, and counts that', async () => {
    const gone = () => Promise.reject(new Error('away'));
    const { cache, metrics } = cacheOver({ ...sharedMemory(), get: gone, set: gone });
    expect((await cache.get('key', async () => ({ text: 'made' }))).level).toBe('none');
    const text = await metrics.text();
    expect(text).toContain('instagram_captions_fallbacks_total{dependency="cache",operation="cache_read"} 1');
    expect(text).toContain('instagram_captions_cache_misses_total 1');
  });

  test('holds no more in memory than it may', async () => {
    const { cache } = cacheOver(undefined, 2);
    for (const key of ['a', 'b', 'c']) await cache.get(key, async () => ({ text: key }));
    expect((await cache.get('c', async () => ({ text: 'again' }))).level).toBe('memory');
    expect((await cache.get('a', async () => ({ text: 'again' }))).level).toBe('none');
  });
});
