import type { Endpoint } from './endpoint.ts';

export const captionsEndpoints = {
  generate: {
    group: 'Captions',
    method: 'POST',
    path: '/api/v4/generate',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    idempotent: true,
    problems: ['model_failed', 'budget_exhausted'],
    summary: 'Write a caption for a described picture',
  },
} as const satisfies Record<string, Endpoint>;
