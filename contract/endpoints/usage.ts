import type { Endpoint } from './endpoint.ts';

export const usageEndpoints = {
  usage: {
    group: 'Usage',
    method: 'GET',
    path: '/api/v1/usage',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'Requests, tokens and costs over time; the caller’s own, or all for an administrator',
    description:
      'Sums requests, tokens and costs in buckets of a minute, hour, day or month. A key sees its own usage, a user that of all own keys, an administrator all. Fails with 422 for a range with too many buckets or rows.',
  },
} as const satisfies Record<string, Endpoint>;
