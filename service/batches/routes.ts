import type { AppDependencies } from '../app-dependencies.ts';
import { callerOf } from '../http/context.ts';
import { withLocation } from '../http/location.ts';
import { toPage } from '../http/pagination.ts';
import { route } from '../http/route.ts';
import { createBatch } from './create.ts';
import { resultsAfter } from './item-store.ts';
import { batchesShapes as shapes } from './schema.ts';
import { cancelBatch, findBatch, listBatches, requireBatch } from './store.ts';

export const batchesRoutes = ({ db, queue }: AppDependencies) => ({
  createBatch: route(shapes.createBatch, async ({ body }, ctx) =>
    withLocation(ctx, 'readBatch', await createBatch({ db, queue }, callerOf(ctx), body.items)),
  ),
  listBatches: route(shapes.listBatches, async ({ query: { limit, after } }, ctx) =>
    toPage(ctx, await listBatches(db, callerOf(ctx), { limit: limit + 1, after }), limit, ({ id }) => id),
  ),
  readBatch: route(shapes.readBatch, async ({ params }, ctx) => requireBatch(await findBatch(db, callerOf(ctx), params.id))),
  batchResults: route(shapes.batchResults, async ({ params, query }, ctx) => {
    const { id } = requireBatch(await findBatch(db, callerOf(ctx), params.id));
    return resultsAfter(db, id, query.after);
  }),
  cancelBatch: route(shapes.cancelBatch, async ({ params }, ctx) => requireBatch(await cancelBatch(db, callerOf(ctx), params.id))),
});
