import type { Kysely } from 'kysely';
import type { JobHandlers, Queue } from '../database/queue.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { inTurns } from '../runtime/event-loop-turns.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { markFailed } from '../telemetry/traced.ts';
import type { Budgets } from '../usage/budgets.ts';
import { createLedger, writeLedgers } from '../usage/ledger.ts';
import { type Chunk, dueSeconds } from './chunks.ts';
import { type PendingItem, pendingItems, startBatch, storeOutcomes } from './item-store.ts';
import { type ItemRun, type ItemRunners, runItem } from './runners.ts';

/** The error of an item that never finished, for an unknown reason: it may have crashed its workers. */
const unknownFailure = { code: 'internal', detail: 'Processing was abandoned after several attempts that produced no result.' } as const;

/** Items of one chunk that run at once. */
const concurrency = 25;

/** Starts each item in a turn of the event loop of its own, so that a chunk of quick items does not delay requests. */
const runItems = <T>(items: readonly PendingItem[], run: (item: PendingItem) => Promise<T>): Promise<T[]> =>
  inTurns(async (nextTurn) => {
    const [waiting, ran] = [items.values(), [] as T[]];
    const runRest = async () => {
      for (const item of waiting) {
        await nextTurn();
        ran.push(await run(item));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, runRest));
    return ran;
  });

interface ChunkHandlerOptions {
  readonly db: Kysely<Tables>;
  readonly queue: Queue<Chunk>;
  readonly runners: ItemRunners;
  readonly budgets: Budgets;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Processes chunks. Each item is completed and billed once, even if its chunk is delivered several times. */
export function chunkHandlers({ db, queue, runners, budgets, metrics, log }: ChunkHandlerOptions): JobHandlers<Chunk> {
  async function write(batch: string, ran: readonly ItemRun[]): Promise<void> {
    const outcomes = ran.map(({ outcome }) => outcome);
    const ended = await storeOutcomes(db, batch, outcomes, async (trx, indexes) => {
      const { true: counted = [], false: uncounted = [] } = Object.groupBy(ran, ({ outcome }) => `${indexes.has(outcome.index)}`);
      await writeLedgers(
        trx,
        counted.map(({ ledger }) => ledger),
        uncounted.map(({ ledger }) => ledger),
      );
    });
    for (const outcome of ['succeeded', 'failed'] as const) {
      if (ended[outcome] > 0) metrics.count('batchItems', { outcome }, ended[outcome]);
    }
  }

  /** Makes each item a job of its own, so that one that crashes its worker does not affect the others. */
  async function isolate(batch: string, items: readonly PendingItem[]): Promise<void> {
    const now = Date.now();
    const jobs = items.map(({ index }) => ({ data: { batch, from: index, to: index }, dueSeconds: dueSeconds(now, 0, 0) }));
    await db.transaction().execute((trx) => queue.send(trx, jobs));
  }

  async function answer(batch: string, items: readonly PendingItem[], caller: Caller, signal: AbortSignal): Promise<boolean> {
    const ran = await runItems(items, async (item) => {
      const started = performance.now();
      const run = await runItem(runners, item, { caller, signal, budgets });
      metrics.observe('batchItemDuration', {}, (performance.now() - started) / 1000);
      return run;
    });
    for (const { error, outcome } of ran) {
      if (error === undefined) continue;
      markFailed(error);
      log.error({ error, batch, index: outcome.index }, 'An item failed unexpectedly');
    }
    await write(batch, ran);
    return ran.every(({ outcome }) => outcome.state !== 'pending');
  }

  return {
    async work(chunk, attempt, signal) {
      const { batch } = chunk;
      const pending = await pendingItems(db, chunk);
      if (pending === undefined) return true;
      if (attempt > 1 && pending.items.length > 1) {
        await isolate(batch, pending.items);
        return true;
      }
      if (pending.isFirst) await startBatch(db, batch);
      return answer(batch, pending.items, pending.caller, signal);
    },

    async onDeadLetter(chunk) {
      const pending = await pendingItems(db, chunk);
      if (pending === undefined) return;
      const ledger = createLedger(budgets, 'batch');
      const failed = pending.items.map(({ index, result }) => ({
        outcome: { index, state: 'failed' as const, result: result ?? unknownFailure },
        ledger,
      }));
      await write(chunk.batch, failed);
      log.warn({ ...chunk, items: failed.length }, 'Items moved to the dead letter queue were marked as failed');
    },
  };
}
