import type * as z from 'zod';
import { builder, type MutationFields, type QueryFields } from '../graphql/builder.ts';
import type { cacheStatsResponse, processMetricsResponse } from './schema.ts';

const metricsType = builder.objectRef<z.output<typeof processMetricsResponse>>('SystemMetrics').implement({
  description: 'Figures of the process that answers, since its start.',
  fields: (t) => ({
    timestamp: t.field({ type: 'DateTime', resolve: ({ timestamp }) => timestamp }),
    requestsTotal: t.exposeInt('requests_total'),
    errorsTotal: t.exposeInt('errors_total', { description: 'Answers from 400 on.' }),
    errorRate: t.exposeFloat('error_rate', { description: 'Errors per request, 0 to 1.' }),
    cpuPercent: t.exposeFloat('cpu_percent', { description: 'Of one core, since last asked.' }),
    memoryMb: t.exposeFloat('memory_mb'),
    diskUsage: t.exposeFloat('disk_usage', { description: 'Percent of the file system.' }),
    processId: t.exposeInt('process_id'),
    hostname: t.exposeString('hostname'),
  }),
});

const statsType = builder.objectRef<z.output<typeof cacheStatsResponse>>('CacheStats').implement({
  description: 'How the cache of the process that answers does.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'memory, or redis beside it.' }),
    connectedClients: t.exposeInt('connected_clients', { nullable: true, description: 'Clients of Redis.' }),
    memoryHits: t.int({ resolve: ({ hits }) => hits.memory }),
    redisHits: t.int({ resolve: ({ hits }) => hits.redis }),
    misses: t.exposeInt('misses'),
    hitRate: t.exposeFloat('hit_rate', { nullable: true, description: 'Hits per question, 0 to 1.' }),
  }),
});

/** Guide row API-18. */
export const systemQueries = (t: QueryFields) => ({
  systemMetrics: t.field({ type: metricsType, resolve: (_root, _args, { parts }) => parts.processMetrics() }),
  cacheStats: t.field({ type: statsType, resolve: (_root, _args, { parts }) => parts.cacheStats() }),
});

const clearedType = builder.objectRef<{ readonly cleared: number }>('CacheCleared').implement({
  description: 'What clearing the caches did.',
  fields: (t) => ({ cleared: t.exposeInt('cleared', { description: 'Entries that are gone.' }) }),
});

/** Guide rows API-17, CA-03. */
export const systemMutations = (t: MutationFields) => ({
  clearCache: t.field({ type: clearedType, resolve: async (_root, _args, { parts }) => ({ cleared: await parts.caches.clear() }) }),
});
