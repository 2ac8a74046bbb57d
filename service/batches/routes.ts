import { endpoints } from '../contract/endpoints.ts';
import { callerOf } from '../http/context.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { createBatch } from './create.ts';
import { resultsAfter } from './item-store.ts';
import { batchesShapes as shapes } from './schema.ts';
import { cancelBatch, findBatch, found, listBatches } from './store.ts';

export const batchesRoutes = ({ db, queue }: Parts) => ({
  createBatch: route(shapes.createBatch, async ({ body }, ctx) => {
    const batch = await createBatch({ db, queue }, callerOf(ctx), body.items);
    ctx.set('Location', endpoints.readBatch.path.replace(':id', batch.id));
    return batch;
  }),
  listBatches: route(shapes.listBatches, ({ query }, ctx) => listBatches(db, callerOf(ctx), query.limit, query.before)),
  readBatch: route(shapes.readBatch, async ({ params }, ctx) => found(await findBatch(db, callerOf(ctx), params.id))),
  batchResults: route(shapes.batchResults, async ({ params, query }, ctx) => {
    const { id } = found(await findBatch(db, callerOf(ctx), params.id));
    return resultsAfter(db, id, query.after);
  }),
  cancelBatch: route(shapes.cancelBatch, async ({ params }, ctx) => found(await cancelBatch(db, callerOf(ctx), params.id))),
});
