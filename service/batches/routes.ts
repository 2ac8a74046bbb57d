import { callerOf } from '../http/context.ts';
import { located } from '../http/created.ts';
import { pageOf } from '../http/list.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { createBatch } from './create.ts';
import { resultsAfter } from './item-store.ts';
import { batchesShapes as shapes } from './schema.ts';
import { cancelBatch, findBatch, found, listBatches } from './store.ts';

export const batchesRoutes = ({ db, queue }: Parts) => ({
  createBatch: route(shapes.createBatch, async ({ body }, ctx) =>
    located(ctx, 'readBatch', await createBatch({ db, queue }, callerOf(ctx), body.items)),
  ),
  listBatches: route(shapes.listBatches, async ({ query: { limit, after } }, ctx) =>
    pageOf(ctx, await listBatches(db, callerOf(ctx), { limit: limit + 1, after }), limit, ({ id }) => id),
  ),
  readBatch: route(shapes.readBatch, async ({ params }, ctx) => found(await findBatch(db, callerOf(ctx), params.id))),
  batchResults: route(shapes.batchResults, async ({ params, query }, ctx) => {
    const { id } = found(await findBatch(db, callerOf(ctx), params.id));
    return resultsAfter(db, id, query.after);
  }),
  cancelBatch: route(shapes.cancelBatch, async ({ params }, ctx) => found(await cancelBatch(db, callerOf(ctx), params.id))),
});
