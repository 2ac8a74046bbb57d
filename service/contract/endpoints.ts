import type { RateLimitClass } from './rate-limits.ts';
import type { Permission } from './roles.ts';

/** One route of the API. A route that is not declared here cannot be mounted. */
export interface Endpoint {
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
  root: {
    method: 'GET',
    path: '/',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'What this is and where its parts are (API-26)',
  },
  generate: {
    method: 'POST',
    path: '/api/v4/generate',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    summary: 'Write a caption for a described picture (API-02)',
  },
  health: {
    method: 'GET',
    path: '/health',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'http',
    summary: 'The process is alive (API-05)',
  },
  ready: {
    method: 'GET',
    path: '/ready',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'http',
    summary: 'The process takes requests (API-06)',
  },
  healthDetailed: {
    method: 'GET',
    path: '/health/detailed',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'State of each dependency (API-08)',
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    rateLimit: 'exempt',
    port: 'metrics',
    summary: 'Prometheus text (API-07)',
  },
  openapi: {
    method: 'GET',
    path: '/api/v1/openapi.json',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'This API as OpenAPI 3.1 (API-14)',
  },
  docs: {
    method: 'GET',
    path: '/api/v1/docs',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'This API as a page (API-14)',
  },
  docsFile: {
    method: 'GET',
    path: '/api/v1/docs/:file',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    summary: 'Scripts and styles of that page',
  },
} as const satisfies Record<string, Endpoint>;
export type EndpointName = keyof typeof endpoints;
