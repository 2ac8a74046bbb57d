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
    description: 'Describes what this port serves; the GraphQL port serves a document of its own.',
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
    description: 'A page that shows this document and sends requests with your credential.',
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
    description: 'Files that the documentation page loads from this service, so that it needs no other host.',
  },
} as const satisfies Record<string, Endpoint>;
