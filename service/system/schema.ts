import * as z from 'zod';
import { product } from '../../contract/product.ts';

const state = z.enum(['up', 'down', 'unknown']).describe('unknown: not checked yet');
const dependency = z.object({
  kind: z.string().describe('postgresql, embedded, redis or memory'),
  required: z.boolean().describe('Whether the service cannot work without it'),
  state,
});
const running = {
  version: z.string().describe('Version of the API'),
  release: z.string().describe('Content hash of the running release'),
};
const uptime = z.number().describe('Seconds since the start of the process');

export const healthResponse = z
  .object({
    status: z.literal('healthy'),
    ...running,
    database: state.describe('Last known state'),
    cache: state.describe('Last known state'),
    replica: state.optional().describe('Last known state; absent without a read replica'),
    uptime_seconds: uptime,
  })
  .meta({
    id: 'Health',
    examples: [{ status: 'healthy', version: '4.0.0', release: '8f14e45fceea', database: 'up', cache: 'up', uptime_seconds: 3600 }],
  });

const dependencies = z
  .object({
    database: dependency.describe('Stores accounts, usage and batches'),
    cache: dependency.describe('Shared cache and counters'),
    replica: dependency.optional().describe('Read replica for news; absent without one. down: behind or unreachable, the primary is read'),
  })
  .describe('The current state of each dependency');
const allUp = {
  database: { kind: 'postgresql', required: true, state: 'up' },
  cache: { kind: 'redis', required: false, state: 'up' },
} as const;

export const readyResponse = z
  .object({
    status: z.literal('ready').describe('Every required dependency has been reached since the start, and the process is not shutting down'),
    ...running,
    dependencies: dependencies.describe('The current state: a dependency that was reached may be down now'),
  })
  .meta({ id: 'Ready', examples: [{ status: 'ready', version: '4.0.0', release: '8f14e45fceea', dependencies: allUp }] });

export const detailedResponse = z
  .object({
    status: z.enum(['healthy', 'degraded']).describe('degraded: a dependency is down'),
    ...running,
    uptime_seconds: uptime,
    dependencies,
  })
  .meta({
    id: 'HealthDetailed',
    examples: [
      {
        status: 'healthy',
        version: '4.0.0',
        release: '8f14e45fceea',
        uptime_seconds: 3600,
        dependencies: allUp,
      },
    ],
  });

export const processMetricsResponse = z
  .object({
    timestamp: z.iso.datetime().describe('When it was measured'),
    requests_total: z.int().describe('Responses since the start'),
    errors_total: z.int().describe('Responses with a status from 400'),
    error_rate: z.number().min(0).max(1).describe('errors_total / requests_total'),
    cpu_percent: z.number().min(0).describe('Of one core, since the previous request'),
    memory_mb: z.number().positive().describe('Resident memory in megabytes'),
    disk_usage: z.number().min(0).max(100).describe('Percent of the file system'),
    process_id: z.int().describe('Process id'),
    hostname: z.string().describe('Host or pod'),
  })
  .meta({
    id: 'ProcessMetrics',
    examples: [
      {
        timestamp: '2026-11-23T16:41:13.629Z',
        requests_total: 100,
        errors_total: 1,
        error_rate: 0.01,
        cpu_percent: 26.08,
        memory_mb: 135.15,
        disk_usage: 38.35,
        process_id: 1,
        hostname: 'api-0',
      },
    ],
  });

export const cacheStatsResponse = z
  .object({
    kind: z.enum(['memory', 'redis']).describe('memory, or redis in addition to it'),
    connected_clients: z.int().nullable().describe('Clients of Redis; null without Redis or while it is down'),
    hits: z
      .object({ memory: z.int().describe('Lookups served from memory'), redis: z.int().describe('Lookups served from Redis') })
      .describe('Of this process, since its start'),
    misses: z.int().describe('Lookups without a value'),
    hit_rate: z.number().min(0).max(1).nullable().describe('hits / (hits + misses); null before the first'),
  })
  .meta({
    id: 'CacheStats',
    examples: [{ kind: 'redis', connected_clients: 3, hits: { memory: 80, redis: 10 }, misses: 10, hit_rate: 0.9 }],
  });

export const clearCacheResponse = z
  .object({ cleared: z.int().min(0).describe('Number of removed values') })
  .meta({ id: 'ClearedCache', examples: [{ cleared: 12 }] });

export const rootResponse = z
  .object({
    name: z.string().describe('Name of the API'),
    description: z.string().describe('What it does'),
    ...running,
    links: z.record(z.string(), z.string()).describe('Paths to start from'),
  })
  .meta({
    id: 'Root',
    examples: [
      {
        name: product.title,
        description: product.description,
        version: product.version,
        release: '8f14e45fceea',
        links: { docs: '/api/v1/docs' },
      },
    ],
  });
