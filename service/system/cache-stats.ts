import type * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { cacheStatsResponse } from './schema.ts';

/** Hit rate of the caches of this process, and the number of clients of Redis; null while Redis is down. */
export function createCacheStats(metrics: Metrics, redis: Redis | undefined): () => Promise<z.input<typeof cacheStatsResponse>> {
  const hitsIn = (level: 'memory' | 'redis') => metrics.total('cacheHits', 'level', (value) => value === level);
  return async () => {
    const [memory, shared, misses] = await Promise.all([hitsIn('memory'), hitsIn('redis'), metrics.total('cacheMisses')]);
    const lookups = memory + shared + misses;
    return {
      kind: redis === undefined ? 'memory' : 'redis',
      connected_clients: (await redis?.countClients().catch(() => null)) ?? null,
      hits: { memory, redis: shared },
      misses,
      hit_rate: lookups === 0 ? null : (memory + shared) / lookups,
    };
  };
}
