import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Caller } from '../accounts/caller.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Tables } from '../adapters/tables.ts';
import { type Chunk, chunksOf, dueSeconds } from './plan.ts';
import type { BatchItem, BatchResponse } from './schema.ts';
import { insertBatch, waitingItems } from './store.ts';

interface Needed {
  readonly db: Kysely<Tables>;
  readonly queue: Queue<Chunk>;
}

/** Stores a batch with its jobs, or nothing at all. */
export async function createBatch({ db, queue }: Needed, caller: Caller, items: readonly BatchItem[]): Promise<BatchResponse> {
  await queue.open();
  return db.transaction().execute(async (trx) => {
    const [id, now, ahead] = [randomUUID(), Date.now(), await waitingItems(trx, caller)];
    const batch = await insertBatch(trx, id, caller, items);
    const jobs = chunksOf(id, items.length).map((chunk) => ({ data: chunk, dueSeconds: dueSeconds(now, ahead, chunk.from) }));
    await queue.send(trx, jobs);
    return batch;
  });
}
