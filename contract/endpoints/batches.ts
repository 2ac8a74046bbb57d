import type { Endpoint } from './endpoint.ts';

export const batchesEndpoints = {
  createBatch: {
    group: 'Batches',
    method: 'POST',
    path: '/api/v1/batch',
    permission: 'Write',
    rateLimit: 'batch',
    port: 'http',
    idempotent: true,
    maxBodyBytes: 8 * 1024 * 1024,
    summary: 'Submit up to 10,000 requests for workers to process',
    description:
      'Stores the items in one transaction and returns 202 before they are processed: an accepted batch is not lost. Takes JSON, or JSON Lines with one item per line. Items run with your permissions and are billed as single requests are; a failed item does not fail the others. Poll the URL in `Location` for progress.',
  },
  listBatches: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'The caller’s batches, newest first',
    description:
      'Lists the batches of the key, those of all keys of a user, or all of them for an administrator. Finished batches are deleted after the retention period of the deployment.',
  },
  readBatch: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch/:id',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'Progress of a batch',
    description:
      'Counts the items that succeeded and failed so far. `finished_at` is set once the last item is done or the batch was cancelled. A batch of another caller returns 404.',
  },
  batchResults: {
    group: 'Batches',
    method: 'GET',
    path: '/api/v1/batch/:id/results',
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    summary: 'The results of a batch so far, in the order of completion',
    description:
      'Returns one JSON line per finished item; `index` is its position in the batch. Send the `index` of your last line as `after` to get only what came later, each result once. Fails with 422 if that item has no result yet.',
  },
  cancelBatch: {
    group: 'Batches',
    method: 'DELETE',
    path: '/api/v1/batch/:id',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    summary: 'Cancel a batch: no further item starts',
    description:
      'Items in flight still finish and are billed; their results follow within a minute. Cancelling a finished batch changes nothing.',
  },
} as const satisfies Record<string, Endpoint>;
