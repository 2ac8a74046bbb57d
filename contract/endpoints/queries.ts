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
    callsModel: true,
    problems: ['model_failed', 'budget_exhausted'],
    summary: 'Answer a query with a text model and, on request, run the code in the answer',
    description:
      'Chooses a text model by quality, cost or latency, unless you name one, and says why. Adds the date, the language and your recent queries as context unless you switch that off. With `execute`, the first three JavaScript programs in the answer run in a sandbox, which requires the permission Execute. Fails with 402 once the budget of the key is used up, and with 502 if the text model failed.',
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
    description:
      'Lists the models in the order of preference. `healthy` is false while the circuit breaker rejects calls to a model that keeps failing.',
  },
} as const satisfies Record<string, Endpoint>;
