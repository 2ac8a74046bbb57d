import type { AppDependencies } from '../app-dependencies.ts';
import type { JobHandlers } from '../database/queue.ts';
import type { Caller } from '../http/caller.ts';
import { createLedger, writeLedgers } from '../usage/ledger.ts';
import { type Chunk, dueSeconds } from './chunks.ts';
import { type PendingItem, pendingItems, startBatch, storeOutcomes } from './item-store.ts';
import { type ItemRun, runItem } from './runners.ts';

/** What an item is told of which nobody knows why it never ended: it may have killed its workers. */
const unknown = { code: 'internal', detail: 'It was given up after several attempts that ended without an answer.' } as const;

type Tools = Pick<AppDependencies, 'db' | 'queue' | 'runners' | 'budgets' | 'metrics' | 'log'>;

/** How a worker answers chunks. However often a chunk comes, each of its items is answered and billed once. */
export function chunkHandlers({ db, queue, runners, budgets, metrics, log }: Tools): JobHandlers<Chunk> {
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

  /** Each item as a job of its own: one that kills its worker takes no other with it. */
  async function isolate(batch: string, items: readonly PendingItem[]): Promise<void> {
    const now = Date.now();
    const jobs = items.map(({ index }) => ({ data: { batch, from: index, to: index }, dueSeconds: dueSeconds(now, 0, 0) }));
    await db.transaction().execute((trx) => queue.send(trx, jobs));
  }

  async function answer(batch: string, items: readonly PendingItem[], caller: Caller, signal: AbortSignal): Promise<boolean> {
    const ran = await Promise.all(items.map((item) => runItem(runners, item, { caller, signal, budgets })));
    for (const { error, outcome } of ran) {
      if (error !== undefined) log.error({ module: 'batches', error, batch, index: outcome.index }, 'An item failed unexpectedly');
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
        outcome: { index, state: 'failed' as const, result: result ?? unknown },
        ledger,
      }));
      await write(chunk.batch, failed);
      log.warn({ module: 'batches', ...chunk, items: failed.length }, 'Items were given up');
    },
  };
}
