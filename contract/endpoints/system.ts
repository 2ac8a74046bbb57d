import type { Endpoint } from './endpoint.ts';

export const systemEndpoints = {
  /** Guide row API-26. */
  root: {
    group: 'System',
    method: 'GET',
    path: '/',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'What this is and where its parts are',
  },
  /** Guide row API-05. */
  health: {
    group: 'System',
    method: 'GET',
    path: '/health',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'every',
    summary: 'The process is alive',
  },
  /** Guide row API-06. */
  ready: {
    group: 'System',
    method: 'GET',
    path: '/ready',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'every',
    summary: 'The process takes requests: it has reached what it requires, and is not stopping',
  },
  /** Guide row API-08. */
  healthDetailed: {
    group: 'System',
    method: 'GET',
    path: '/health/detailed',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'State of each dependency',
  },
  /** Guide rows API-25, CA-06. */
  cacheStats: {
    group: 'System',
    method: 'GET',
    path: '/cache/stats',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'Hits and misses of the cache, clients of Redis',
  },
  /** Guide row CA-03. */
  clearCache: {
    group: 'System',
    method: 'DELETE',
    path: '/cache',
    permission: 'Admin',
    rateLimit: 'api',
    port: 'http',
    summary: 'Empty every cache, in every process',
  },
  /** Guide rows API-12, OB-05. */
  processMetrics: {
    group: 'System',
    method: 'GET',
    path: '/api/v1/metrics',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'Requests, errors, CPU and memory of the process, as JSON',
  },
  /** Guide row API-07. */
  metrics: {
    group: 'System',
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'metrics',
    problems: ['metrics_on_other_port'],
    summary: 'Prometheus text',
  },
} as const satisfies Record<string, Endpoint>;
