import type * as z from 'zod';
import { operations } from '../../contract/endpoints/graphql-operations.ts';
import { builder, type MutationFields, type QueryFields } from '../graphql/builder/builder.ts';
import type { MetricsSample } from './metrics-samples.ts';
import type { cacheStatsResponse, processMetricsResponse } from './schema.ts';
import type { System } from './system.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly system: System;
  }
}

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

const sampleType = builder.objectRef<MetricsSample>('SystemMetricsSample').implement({
  description: 'Figures of one process at one time; counters since it started.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
    process: t.exposeString('process', { description: 'Host and process id.' }),
    requestsTotal: t.exposeFloat('requestsTotal'),
    errorsTotal: t.exposeFloat('errorsTotal'),
    cpuPercent: t.exposeFloat('cpuPercent', { description: 'Of one core, since the sample before.' }),
    memoryMb: t.exposeFloat('memoryMb'),
    diskUsage: t.exposeFloat('diskUsage', { description: 'Percent of the file system.' }),
  }),
});

const dayMs = 86_400_000;
const mostSamples = 1000;
const usualSamples = operations.systemMetricsHistory.items;

/** Guide row API-18. */
export const systemQueries = (t: QueryFields) => ({
  systemMetrics: t.field({ type: metricsType, resolve: (_root, _args, { features }) => features.system.processMetrics() }),
  systemMetricsHistory: t.field({
    type: [sampleType],
    description: 'What every process was doing, the newest first.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: a day before `to`.' }),
      to: t.arg({ type: 'DateTime', description: 'Not included; default: now.' }),
      first: t.arg.int({ description: `Most samples; default: ${usualSamples}, at most ${mostSamples}.` }),
    },
    resolve: (_root, { from, to, first }, { features }) => {
      const until = to ?? new Date();
      const count = Math.min(Math.max(first ?? usualSamples, 1), mostSamples);
      return features.system.samples(from ?? new Date(until.getTime() - dayMs), until, count);
    },
  }),
  cacheStats: t.field({ type: statsType, resolve: (_root, _args, { features }) => features.system.cacheStats() }),
});

const clearedType = builder.objectRef<{ readonly cleared: number }>('CacheCleared').implement({
  description: 'What clearing the caches did.',
  fields: (t) => ({ cleared: t.exposeInt('cleared', { description: 'Entries that are gone.' }) }),
});

/** Guide rows API-17, CA-03. */
export const systemMutations = (t: MutationFields) => ({
  clearCache: t.field({
    type: clearedType,
    resolve: async (_root, _args, { features }) => ({ cleared: await features.system.clearCaches() }),
  }),
});
