import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Queue } from '../database/queue.ts';
import { startQueueWorker, type Worker } from '../database/queue-worker.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import type { Models } from '../models/models.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Budgets } from '../usage/budgets.ts';
import { chunkHandlers } from './chunk-handlers.ts';
import { type Chunk, chunksOf, dueSeconds, weightOf } from './chunks.ts';
import { latencyOf } from './item-latency.ts';
import { resultsAfter } from './item-store.ts';
import type { ItemRunners } from './runners.ts';
import type { BatchItem, BatchResponse } from './schema.ts';
import { cancelBatch, countUnfinishedItems, deleteExpiredBatches, findBatch, insertBatch, listBatches, requireBatch } from './store.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];

interface BatchesOptions {
  readonly db: Kysely<Tables>;
  readonly queue: Queue<Chunk>;
  /** A runner for each kind of item. */
  readonly runners: ItemRunners;
  readonly models: Pick<Models, 'list'>;
  readonly budgets: Budgets;
  readonly retentionDays: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Batches of requests that workers answer. */
export function createBatches({ db, queue, runners, models, budgets, retentionDays, metrics, log }: BatchesOptions) {
  const handlers = chunkHandlers({ db, queue, runners, budgets, metrics, log });
  const measureQueue: PeriodicTask = {
    name: 'measure queue',
    intervalMs: 2000,
    retryMs: 10_000,
    runImmediately: true,
    async run() {
      const { depth, oldestSeconds } = await queue.measure();
      for (const [state, jobs] of Object.entries(depth)) metrics.set('queueDepth', { state }, jobs);
      metrics.set('queueAge', {}, oldestSeconds);
    },
  };
  const deleteExpired: PeriodicTask = {
    name: 'delete expired batches',
    intervalMs: hourMs,
    retryMs: minuteMs,
    runImmediately: true,
    async run() {
      while ((await deleteExpiredBatches(db, retentionDays)) > 0);
    },
  };
  return {
    /** Stores a batch and its jobs in one transaction. */
    async create(caller: Caller, items: readonly BatchItem[]): Promise<BatchResponse> {
      await queue.open();
      const cards = models.list();
      const weights = items.map((item) => weightOf(latencyOf(item, cards)));
      const stored = await db.transaction().execute(async (trx) => {
        const [id, now, ahead] = [randomUUID(), Date.now(), await countUnfinishedItems(trx, caller)];
        const batch = await insertBatch(trx, id, caller, items);
        const jobs = chunksOf(id, weights).map((chunk) => ({ data: chunk, dueSeconds: dueSeconds(now, ahead, chunk.from) }));
        await queue.send(trx, jobs);
        return batch;
      });
      queue.wake();
      return stored;
    },
    read: async (caller: Caller, id: string) => requireBatch(await findBatch(db, caller, id)),
    list: (caller: Caller, page: { limit: number; after?: string | undefined }) => listBatches(db, caller, page),
    cancel: async (caller: Caller, id: string) => requireBatch(await cancelBatch(db, caller, id)),
    /** The results that became available after that of the item `after`; -1: all of them. */
    async results(caller: Caller, id: string, after: number) {
      requireBatch(await findBatch(db, caller, id));
      return resultsAfter(db, id, after);
    },
    handlers,
    startWorker: (concurrency: number): Worker => startQueueWorker({ queue, handlers, concurrency, log }),
    /** Tasks of a process that works on batches. */
    workerTasks: [measureQueue, deleteExpired],
    closeQueue: (timeoutSeconds: number) => queue.stop(timeoutSeconds),
  };
}
export type Batches = ReturnType<typeof createBatches>;
