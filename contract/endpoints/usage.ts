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
  },
} as const satisfies Record<string, Endpoint>;
