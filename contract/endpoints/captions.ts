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
    callsModel: true,
    problems: ['model_failed', 'budget_exhausted', 'unusable_description'],
    summary: 'Write a caption for a described picture',
    description:
      'Writes the best caption, alternatives and hashtags in the style and for the audience you name. An equal request is served from the cache, at no cost. With `stream`, sends each caption as an event as soon as it is finished. Fails with 402 once the budget of the key is used up, and with 502 if every text model that could write it failed.',
  },
} as const satisfies Record<string, Endpoint>;
