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
  description: 'Metrics of the process that responds, since its start.',
  fields: (t) => ({
    timestamp: t.field({ type: 'DateTime', resolve: ({ timestamp }) => timestamp }),
    requestsTotal: t.exposeInt('requests_total'),
    errorsTotal: t.exposeInt('errors_total'),
    errorRate: t.exposeFloat('error_rate'),
    cpuPercent: t.exposeFloat('cpu_percent'),
    memoryMb: t.exposeFloat('memory_mb'),
    diskUsage: t.exposeFloat('disk_usage'),
    processId: t.exposeInt('process_id'),
    hostname: t.exposeString('hostname'),
  }),
});

const statsType = builder.objectRef<z.output<typeof cacheStatsResponse>>('CacheStats').implement({
  description: 'Cache statistics of the process that responds.',
  fields: (t) => ({
    kind: t.exposeString('kind'),
    connectedClients: t.exposeInt('connected_clients', { nullable: true }),
    memoryHits: t.int({ description: 'Lookups served from memory.', resolve: ({ hits }) => hits.memory }),
    redisHits: t.int({ description: 'Lookups served from Redis.', resolve: ({ hits }) => hits.redis }),
    misses: t.exposeInt('misses'),
    hitRate: t.exposeFloat('hit_rate', { nullable: true }),
  }),
});

const sampleType = builder.objectRef<MetricsSample>('SystemMetricsSample').implement({
  description: 'Metrics of one process at one time; counters since its start.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When the sample was taken.', resolve: ({ at }) => at }),
    process: t.exposeString('process', { description: 'Host and process id.' }),
    requestsTotal: t.exposeFloat('requestsTotal'),
    errorsTotal: t.exposeFloat('errorsTotal'),
    cpuPercent: t.exposeFloat('cpuPercent', { description: 'Of one core, since the previous sample.' }),
    memoryMb: t.exposeFloat('memoryMb'),
    diskUsage: t.exposeFloat('diskUsage'),
  }),
});

const dayMs = 86_400_000;
const mostSamples = 1000;
const usualSamples = operations.systemMetricsHistory.items;

export const systemQueries = (t: QueryFields) => ({
  systemMetrics: t.field({ type: metricsType, resolve: (_root, _args, { features }) => features.system.processMetrics() }),
  systemMetricsHistory: t.field({
    type: [sampleType],
    description: 'Here: samples of all processes, the newest first.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: one day before `to`.' }),
      to: t.arg({ type: 'DateTime', description: 'Exclusive; default: now.' }),
      first: t.arg.int({ description: `Number of samples; default: ${usualSamples}, at most ${mostSamples}.` }),
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
  description: 'The result of clearing the caches.',
  fields: (t) => ({ cleared: t.exposeInt('cleared') }),
});

export const systemMutations = (t: MutationFields) => ({
  clearCache: t.field({
    type: clearedType,
    resolve: async (_root, _args, { features }) => ({ cleared: await features.system.clearCaches() }),
  }),
});
