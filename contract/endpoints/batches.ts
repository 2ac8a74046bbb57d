import type { Endpoint } from './endpoint.ts';

export const batchesEndpoints = {
  /** Guide rows API-13, W-05. */
  createBatch: {
    group: 'Batches',
    method: 'POST',
    path: '/api/v1/batch',
    permission: 'Write',
    rateLimit: 'batch',
    port: 'http',
    idempotent: true,
    maxBodyBytes: 8 * 1024 * 1024,
    summary: 'Hand in up to 10,000 requests that workers answer',
  },
  listBatches: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'Your batches, the newest first',
  },
  readBatch: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch/:id',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'How far a batch is',
  },
  batchResults: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch/:id/results',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'The results of a batch so far, in the order in which its items ended',
  },
  cancelBatch: {
    group: 'Batches',
    method: 'DELETE',
    path: '/api/v1/batch/:id',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    summary: 'Start no further item of a batch',
  },
} as const satisfies Record<string, Endpoint>;
