import type { Endpoint } from './endpoint.ts';

export const documentationEndpoints = {
  openapi: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/openapi.json',
    permission: 'public',
    rateLimit: 'api',
    port: 'callers',
    conditional: true,
    summary: 'The endpoints of this port, as OpenAPI 3.1',
  },
  docs: {
    group: 'Documentation',
    method: 'GET',
    path: '/api/v1/docs',
    permission: 'public',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'Interactive documentation',
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
