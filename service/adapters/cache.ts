import { LRUCache } from 'lru-cache';
import type * as z from 'zod';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Redis } from './redis.ts';

/** A value, and the level that held it; `none`: it was made now. */
interface Cached<T> {
  readonly value: T;
  readonly level: 'memory' | 'redis' | 'none';
}
export interface Cache<T> {
  /** The value of `key`; `make` runs at most once at a time for a key in this process. */
  get(key: string, make: () => Promise<T>): Promise<Cached<T>>;
}
interface Options<T> {
  /** Prefix of the keys in Redis; changes when the form of the values changes. */
  readonly name: string;
  /** What is read from Redis must fit it, or counts as absent. */
  readonly schema: z.ZodType<T>;
  readonly ttlSeconds: number;
  readonly maxEntries: number;
  readonly redis: Redis | undefined;
  readonly metrics: Metrics;
}

/** Two levels with single flight (guide row CA-01): this process's memory, then Redis where there is one. */
export function createCache<T extends object>({ name, schema, ttlSeconds, maxEntries, redis, metrics }: Options<T>): Cache<T> {
  const memory = new LRUCache<string, T>({ max: maxEntries, ttl: ttlSeconds * 1000 });
  const flights = new Map<string, Promise<Cached<T>>>();
  const away = (operation: 'cache_read' | 'cache_write') => metrics.count('fallbacks', { dependency: 'cache', operation });

  async function read(key: string): Promise<T | undefined> {
    const text = await redis?.get(key).catch(() => away('cache_read'));
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  async function fly(key: string, make: () => Promise<T>): Promise<Cached<T>> {
    const shared = await read(`${name}:${key}`);
    const value = shared ?? (await make());
    memory.set(key, value);
    if (shared !== undefined) return { value, level: 'redis' };
    // Not waited for: the answer is there, and a slow Redis must not hold it back.
    redis?.set(`${name}:${key}`, JSON.stringify(value), ttlSeconds).catch(() => away('cache_write'));
    return { value, level: 'none' };
  }

  async function get(key: string, make: () => Promise<T>): Promise<Cached<T>> {
    const value = memory.get(key);
    if (value !== undefined) return { value, level: 'memory' };
    let flight = flights.get(key);
    if (flight === undefined) {
      flight = fly(key, make).finally(() => flights.delete(key));
      flights.set(key, flight);
    }
    return flight;
  }

  return {
    async get(key, make) {
      const found = await get(key, make);
      if (found.level === 'none') metrics.count('cacheMisses', {});
      else metrics.count('cacheHits', { level: found.level });
      return found;
    },
  };
}
