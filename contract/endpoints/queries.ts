import type { Endpoint } from './endpoint.ts';

export const queriesEndpoints = {
  query: {
    group: 'Queries',
    method: 'POST',
    path: '/api/v1/query',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    idempotent: true,
    problems: ['model_failed', 'budget_exhausted'],
    summary: 'Answer a query with a text model and, on request, run the code in the answer',
  },
  models: {
    group: 'Queries',
    method: 'GET',
    path: '/api/v1/models',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'The text models with capabilities, prices and availability',
  },
} as const satisfies Record<string, Endpoint>;
