import { callerOf } from '../http/context.ts';
import { withLocation } from '../http/location.ts';
import { toPage } from '../http/pagination.ts';
import { route } from '../http/route.ts';
import type { Batches } from './batches.ts';
import { batchesShapes as shapes } from './schema.ts';

export const batchesRoutes = (batches: Batches) => ({
  createBatch: route(shapes.createBatch, async ({ body }, ctx) =>
    withLocation(ctx, 'readBatch', await batches.create(callerOf(ctx), body.items)),
  ),
  listBatches: route(shapes.listBatches, async ({ query: { limit, after } }, ctx) =>
    toPage(ctx, await batches.list(callerOf(ctx), { limit: limit + 1, after }), limit, ({ id }) => id),
  ),
  readBatch: route(shapes.readBatch, ({ params }, ctx) => batches.read(callerOf(ctx), params.id)),
  batchResults: route(shapes.batchResults, ({ params, query }, ctx) => batches.results(callerOf(ctx), params.id, query.after)),
  cancelBatch: route(shapes.cancelBatch, ({ params }, ctx) => batches.cancel(callerOf(ctx), params.id)),
});
