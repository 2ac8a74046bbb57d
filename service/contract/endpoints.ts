import type { RateLimitClass } from './rate-limits.ts';
import type { Permission } from './roles.ts';

/** One route of the API. A route that is not declared here cannot be mounted. */
export interface Endpoint {
  /** Heading under which the documentation lists it. */
  readonly group: 'Captions' | 'System' | 'Documentation';
  readonly method: 'GET' | 'POST';
  /** A part that varies is written `:name`. */
  readonly path: `/${string}`;
  /** `public`: no credential is asked for. */
  readonly permission: Permission | 'public';
  readonly rateLimit: RateLimitClass;
  /** `metrics`: moves to METRICS_PORT alone where that is set. */
  readonly port: 'http' | 'metrics';
  readonly summary: string;
}

export const endpoints = {
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
  /** Guide row API-02. */
  generate: {
    group: 'Captions',
    method: 'POST',
    path: '/api/v4/generate',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    summary: 'Write a caption for a described picture',
  },
  /** Guide row API-05. */
  health: {
    group: 'System',
    method: 'GET',
    path: '/health',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'http',
    summary: 'The process is alive',
  },
  /** Guide row API-06. */
  ready: {
    group: 'System',
    method: 'GET',
    path: '/ready',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'http',
    summary: 'The process takes requests',
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
  /** Guide rows API-12, OB-05. */
  usage: {
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
    summary: 'Prometheus text',
  },
  /** Guide row API-14. */
  openapi: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/openapi.json',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'This API as OpenAPI 3.1',
  },
  /** Guide row API-14. */
  docs: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/docs',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'This API as a page',
  },
  docsFile: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/docs/:file',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'Scripts and styles of that page',
  },
} as const satisfies Record<string, Endpoint>;
export type EndpointName = keyof typeof endpoints;
