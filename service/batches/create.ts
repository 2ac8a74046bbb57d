import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Queue } from '../database/queue.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { type Chunk, chunksOf, dueSeconds } from './chunks.ts';
import type { BatchItem, BatchResponse } from './schema.ts';
import { countUnfinishedItems, insertBatch } from './store.ts';

interface Needed {
  readonly db: Kysely<Tables>;
  readonly queue: Queue<Chunk>;
}

/** Stores a batch with its jobs, or nothing at all. */
export async function createBatch({ db, queue }: Needed, caller: Caller, items: readonly BatchItem[]): Promise<BatchResponse> {
  await queue.open();
  return db.transaction().execute(async (trx) => {
    const [id, now, ahead] = [randomUUID(), Date.now(), await countUnfinishedItems(trx, caller)];
    const batch = await insertBatch(trx, id, caller, items);
    const jobs = chunksOf(id, items.length).map((chunk) => ({ data: chunk, dueSeconds: dueSeconds(now, ahead, chunk.from) }));
    await queue.send(trx, jobs);
    return batch;
  });
}
