import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Caller } from '../accounts/caller.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Tables } from '../adapters/tables.ts';
import { endpoints } from '../contract/endpoints.ts';
import { callerOf } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { resultsAfter } from './item-store.ts';
import { type Chunk, chunksOf, dueSeconds } from './plan.ts';
import { type BatchItem, type BatchResponse, batchesShapes as shapes } from './schema.ts';
import { cancelBatch, findBatch, insertBatch, listBatches, waitingItems } from './store.ts';

/** Stores a batch with its jobs, or nothing at all. */
async function create(db: Kysely<Tables>, queue: Queue<Chunk>, caller: Caller, items: readonly BatchItem[]): Promise<BatchResponse> {
  await queue.open();
  return db.transaction().execute(async (trx) => {
    const [id, now, ahead] = [randomUUID(), Date.now(), await waitingItems(trx, caller)];
    const batch = await insertBatch(trx, id, caller, items);
    const jobs = chunksOf(id, items.length).map((chunk) => ({ data: chunk, dueSeconds: dueSeconds(now, ahead, chunk.from) }));
    await queue.send(trx, jobs);
    return batch;
  });
}

/** Somebody else's batch is answered like none. */
function found(batch: BatchResponse | undefined): BatchResponse {
  if (batch === undefined) throw new Problem('not_found', { detail: 'There is no such batch.' });
  return batch;
}

export const batchesRoutes = ({ db, queue }: Parts) => ({
  createBatch: route(shapes.createBatch, async ({ body }, ctx) => {
    const batch = await create(db, queue, callerOf(ctx), body.items);
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
