import type * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { cacheStatsResponse } from './schema.ts';

/** Guide row CA-06: how the cache of this process does, and how many clients its Redis has. A Redis that is away costs no answer. */
export function createCacheStats(metrics: Metrics, redis: Redis | undefined): () => Promise<z.input<typeof cacheStatsResponse>> {
  const hitsIn = (level: 'memory' | 'redis') => metrics.total('cacheHits', 'level', (value) => value === level);
  return async () => {
    const [memory, shared, misses] = await Promise.all([hitsIn('memory'), hitsIn('redis'), metrics.total('cacheMisses')]);
    const asked = memory + shared + misses;
    return {
      kind: redis === undefined ? 'memory' : 'redis',
      connected_clients: (await redis?.countClients().catch(() => null)) ?? null,
      hits: { memory, redis: shared },
      misses,
      hit_rate: asked === 0 ? null : (memory + shared) / asked,
    };
  };
}
