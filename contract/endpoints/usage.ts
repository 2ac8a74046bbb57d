import type { Endpoint } from './endpoint.ts';

export const usageEndpoints = {
  usage: {
    group: 'Usage',
    method: 'GET',
    path: '/api/v1/usage',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'Requests, tokens and costs by time; your own, or everybody’s for an administrator',
  },
} as const satisfies Record<string, Endpoint>;
