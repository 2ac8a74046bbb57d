import type { Endpoint } from './endpoint.ts';

export const documentationEndpoints = {
  /** Guide row API-14. */
  openapi: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/openapi.json',
    permission: 'public',
    rateLimit: 'api',
    port: 'callers',
    conditional: true,
    summary: 'What this port serves, as OpenAPI 3.1',
  },
  /** Guide row API-14. */
  docs: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/docs',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'This API as a page',
  },
  docsFile: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/docs/:file',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'Scripts and styles of that page',
  },
} as const satisfies Record<string, Endpoint>;
