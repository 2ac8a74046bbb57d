import { LRUCache } from 'lru-cache';
import type * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { withDistributedLock } from './distributed-lock.ts';
import type { Invalidations } from './invalidations.ts';
import { type ObservedValues, RedisTier } from './redis-tier.ts';
import { type FlightContext, SingleFlight } from './single-flight.ts';

/** A value, and the level that held it; `none`: it was made now. */
interface Cached<T> {
  readonly value: T;
  readonly level: 'memory' | 'redis' | 'none';
}
/** Makes a value; its signal aborts when nobody waits for it any more. */
type Make<T> = (signal: AbortSignal) => Promise<T>;

export interface Cache<T> {
  /** The value of `key`; `make` runs at most once at a time for a key. A caller whose `signal` aborts does not end it for others. */
  get(key: string, make: Make<T>, signal?: AbortSignal): Promise<Cached<T>>;
  /** Stores what was written elsewhere too (guide row CA-05); other processes forget what they had. */
  set(key: string, value: T): Promise<void>;
  /** Forgets a key, in every process. */
  delete(key: string): Promise<void>;
  /** Forgets everything, in every process; gives how many values there were. */
  clear(): Promise<number>;
}
/** What one cache is. */
export interface CacheOptions<T> {
  /** Tells it from others, in metrics and in Redis. */
  readonly name: string;
  /** Changes when the form of the values changes. */
  readonly version: number;
  /** What is read from Redis must fit it, or counts as absent. */
  readonly schema: z.ZodType<T>;
  readonly ttlSeconds: number;
  /** Seconds of a value that is kept for a shorter time than others; undefined: as long as they. */
  readonly ttlFor?: (value: T) => number | undefined;
  readonly maxEntries: number;
  /** A value is dear: of all processes on one Redis, one makes it and the others wait for it. */
  readonly crossProcessLock?: true;
}
/** What all caches share. */
export interface CacheDependencies {
  readonly redis: Redis | undefined;
  readonly metrics: Metrics;
  readonly invalidations: Invalidations;
}

/** Two levels with single flight (guide row CA-01): this process's memory, then Redis where there is one. */
export function createCache<T extends object>(options: CacheOptions<T>, { redis, metrics, invalidations }: CacheDependencies): Cache<T> {
  const { name, version, schema, ttlSeconds, maxEntries, crossProcessLock: dear } = options;
  const secondsOf = (value: T) => Math.min(ttlSeconds, options.ttlFor?.(value) ?? ttlSeconds);
  const memory = new LRUCache<string, T>({ max: maxEntries, ttl: ttlSeconds * 1000 });
  const keep = (key: string, value: T) => memory.set(key, value, { ttl: secondsOf(value) * 1000 });
  const flights = new SingleFlight<Cached<T>>();
  const prefix = `${name}:${version}:`;
  const away = (operation: 'cache_read' | 'cache_write') => metrics.count('fallbacks', { dependency: 'cache', operation });
  const tell = (key?: string) => invalidations.publish(name, key).catch(() => away('cache_write'));
  const shared = redis && new RedisTier<T>(redis, { prefix, schema, secondsOf, emptied: () => void tell() });

  /** Forgets here; what flies towards it will not be kept. */
  function drop(key?: string): void {
    flights.forget(key);
    if (key === undefined) memory.clear();
    else memory.delete(key);
  }
  invalidations.subscribe(name, drop);

  const read = (key: string) => shared?.read(key).catch(() => void away('cache_read'));

  /** Makes the value after Redis had none; what Redis is told is not waited for: a slow one must not hold the answer back. */
  async function produce(
    key: string,
    make: Make<T>,
    { signal, isCurrent }: FlightContext,
    seen: ObservedValues | undefined,
  ): Promise<Cached<T>> {
    let known = seen;
    const write = async (value: T) => {
      if (known !== undefined && isCurrent()) await shared?.write(key, value, known).catch(() => away('cache_write'));
    };
    const arrived = async () => {
      const found = await read(key);
      known = found?.seen;
      return found?.value;
    };
    if (redis === undefined || !dear || known === undefined) {
      const value = await make(signal);
      void write(value);
      return { value, level: 'none' };
    }
    const { from, value } = await withDistributedLock(redis, `lock:${prefix}${key}`, {
      arrived,
      make: () => make(signal),
      stored: write,
      signal,
    });
    return { value, level: from === 'here' ? 'none' : 'redis' };
  }

  async function fly(key: string, make: Make<T>, flight: FlightContext): Promise<Cached<T>> {
    const found = await read(key);
    const value = found?.value;
    const cached: Cached<T> = value === undefined ? await produce(key, make, flight, found?.seen) : { value, level: 'redis' };
    if (flight.isCurrent()) keep(key, cached.value);
    return cached;
  }

  async function change(key: string, done: Promise<void> | undefined): Promise<void> {
    await done?.catch(() => away('cache_write'));
    await tell(key);
  }

  return {
    async get(key, make, signal) {
      const value = memory.get(key);
      const found: Cached<T> =
        value === undefined ? await flights.join(key, (flight) => fly(key, make, flight), signal) : { value, level: 'memory' };
      if (found.level === 'none') metrics.count('cacheMisses', { cache: name });
      else metrics.count('cacheHits', { cache: name, level: found.level });
      return found;
    },
    async set(key, value) {
      drop(key);
      keep(key, value);
      await change(key, shared?.set(key, value));
    },
    async delete(key) {
      drop(key);
      await change(key, shared?.delete(key));
    },
    async clear() {
      const here = memory.size;
      drop();
      const there = await shared?.clear().catch(() => void away('cache_write'));
      await tell();
      return there ?? here;
    },
  };
}
