import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Cache, type CacheOptions, createCache } from './cache.ts';
import { createInvalidations, type Invalidations } from './invalidations.ts';

/** Every cache of the process. */
export interface Caches {
  create<T extends object>(options: CacheOptions<T>): Cache<T>;
  /** Empties all of them, in every process (guide row CA-03); gives how many values there were. */
  clear(): Promise<number>;
  /** For what is remembered otherwise. */
  readonly invalidations: Invalidations;
}

export function createCaches(redis: Redis | undefined, metrics: Metrics): Caches {
  const invalidations = createInvalidations(redis);
  const ground = { redis, metrics, invalidations };
  const made: Pick<Cache<object>, 'clear'>[] = [];
  return {
    invalidations,
    create(options) {
      const cache = createCache(options, ground);
      made.push(cache);
      return cache;
    },
    async clear() {
      const cleared = await Promise.all(made.map((cache) => cache.clear()));
      return cleared.reduce((sum, count) => sum + count, 0);
    },
  };
}
