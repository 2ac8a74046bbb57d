import { LRUCache } from 'lru-cache';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createInvalidations, type Invalidations } from './invalidations.ts';
import { type Cached, type Compute, RedisTier, type RedisTierOptions } from './redis-tier.ts';
import { type FlightContext, SingleFlight } from './single-flight.ts';

export interface Cache<T> {
  /** The value of `key`; `compute` runs at most once at a time for a key. Aborting `signal` rejects this call and no other. */
  get(key: string, compute: Compute<T>, signal?: AbortSignal): Promise<Cached<T>>;
  /** Stores a value here and in Redis; other processes evict their copy. */
  set(key: string, value: T): Promise<void>;
  /** Drops a key in every process. */
  delete(key: string): Promise<void>;
  /** Drops every key in every process; returns how many values there were. */
  clear(): Promise<number>;
}
export interface CacheOptions<T> extends RedisTierOptions<T> {
  readonly ttlSeconds: number;
  /** TTL in seconds of values that live shorter than `ttlSeconds`; undefined: `ttlSeconds`. */
  readonly ttlFor?: (value: T) => number | undefined;
  readonly maxEntries: number;
}
interface CacheDependencies {
  readonly redis: Redis | undefined;
  readonly metrics: Metrics;
  readonly invalidations: Invalidations;
}

/** Two tiers: the memory of this process, then Redis if there is one. */
function createCache<T extends object>(options: CacheOptions<T>, dependencies: CacheDependencies): Cache<T> {
  const { name, ttlSeconds, maxEntries } = options;
  const { redis, metrics, invalidations } = dependencies;
  const ttlFor = (value: T) => Math.min(ttlSeconds, options.ttlFor?.(value) ?? ttlSeconds);
  const memory = new LRUCache<string, T>({ max: maxEntries, ttl: ttlSeconds * 1000 });
  const remember = (key: string, value: T) => memory.set(key, value, { ttl: ttlFor(value) * 1000 });
  const singleFlight = new SingleFlight<Cached<T>>();
  const tier = redis && new RedisTier<T>(options, { redis, metrics, ttlFor, onEmptied: () => void invalidations.publish(name) });

  async function load(key: string, compute: Compute<T>, { signal, isCurrent }: FlightContext): Promise<Cached<T>> {
    const loaded: Cached<T> = tier ? await tier.getOrCompute(key, compute, signal) : { value: await compute(signal), level: 'none' };
    if (isCurrent()) remember(key, loaded.value);
    return loaded;
  }
  function evict(key?: string): void {
    singleFlight.forget(key);
    if (key === undefined) memory.clear();
    else memory.delete(key);
  }

  invalidations.subscribe(name, evict);
  // Without hits, there would be no hit rate.
  metrics.count('cacheMisses', { cache: name }, 0);
  for (const level of ['memory', ...(tier ? ['redis'] : [])]) metrics.count('cacheHits', { cache: name, level }, 0);

  return {
    async get(key, compute, signal) {
      const value = memory.get(key);
      const found: Cached<T> =
        value === undefined ? await singleFlight.join(key, (flight) => load(key, compute, flight), signal) : { value, level: 'memory' };
      if (found.level === 'none') metrics.count('cacheMisses', { cache: name });
      else metrics.count('cacheHits', { cache: name, level: found.level });
      return found;
    },
    async set(key, value) {
      evict(key);
      remember(key, value);
      await tier?.set(key, value);
      await invalidations.publish(name, key);
    },
    async delete(key) {
      evict(key);
      await tier?.delete(key);
      await invalidations.publish(name, key);
    },
    async clear() {
      const inMemory = memory.size;
      evict();
      const inRedis = await tier?.clear();
      await invalidations.publish(name);
      return inRedis ?? inMemory;
    },
  };
}

/** Every cache of the process. */
export interface Caches {
  create<T extends object>(options: CacheOptions<T>): Cache<T>;
  /** Empties all of them in every process; returns how many values there were. */
  clear(): Promise<number>;
  /** For memory that is not a `Cache`. */
  readonly invalidations: Invalidations;
}

export function createCaches(redis: Redis | undefined, metrics: Metrics): Caches {
  const invalidations = createInvalidations(redis, metrics);
  const caches: Pick<Cache<object>, 'clear'>[] = [];
  return {
    invalidations,
    create(options) {
      const cache = createCache(options, { redis, metrics, invalidations });
      caches.push(cache);
      return cache;
    },
    async clear() {
      const cleared = await Promise.all(caches.map((cache) => cache.clear()));
      return cleared.reduce((sum, count) => sum + count, 0);
    },
  };
}
