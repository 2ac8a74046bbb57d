import type { Endpoint } from './endpoint.ts';

export const queriesEndpoints = {
  /** Guide row API-10. */
  query: {
    group: 'Queries',
    method: 'POST',
    path: '/api/v1/query',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    idempotent: true,
    problems: ['model_failed', 'budget_exhausted'],
    summary: 'Answer a query with a text model, and run the code in the answer where asked to',
  },
  /** Guide row API-11. */
  models: {
    group: 'Queries',
    method: 'GET',
    path: '/api/v1/models',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    conditional: true,
    summary: 'The text models, what they can do and cost, and whether they answer',
  },
} as const satisfies Record<string, Endpoint>;
