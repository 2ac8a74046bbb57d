import { randomUUID } from 'node:crypto';
import type { Caller } from '../http/caller.ts';
import { Problem, unavailable } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { BudgetReservation, BudgetSettlement, Budgets } from './budgets.ts';
import { UsageBuffer } from './buffer.ts';
import { createOutbox, type OutboxPacing, type OutboxSource } from './outbox.ts';
import type { UsageStore } from './store.ts';
import type { Usage, UsageRow } from './usage-record.ts';

/** A part of a key's budget, held while its work is done. One of the two ends it; what comes after that does nothing. */
export interface PendingCharge {
  /** The work cost this much, in micro-US-dollars; it may be more than was held. */
  settle(actualMicros: number): void;
  /** The work cost nothing. */
  release(): void;
}

export interface Metering {
  /** Notes an answered request; written soon, also when the database is away now. Without I/O. */
  record(usage: Usage): void;
  /**
   * Holds the most that work may cost, in micro-US-dollars, of the key's budget for this month (UTC). Without I/O for callers
   * without a budget and for work that costs nothing.
   * @throws {Problem} budget_exhausted; unavailable while the database is away
   */
  reserve(caller: Caller, costMicros: number): Promise<PendingCharge>;
  /** Resolves when everything that was recorded and settled is written. */
  flushed(): Promise<void>;
}

/** What work needs to be paid for. */
export type Meter = Pick<Metering, 'record' | 'reserve'>;

/** Rows of one statement, and when they do not wait for the second to end. */
const batchRows = 500;
/** Rows that wait before they are folded: some MB. */
const maxRows = 10_000;
const usualPace: OutboxPacing = { everyMs: 1000, fullAt: batchRows, firstPauseMs: 100, longestPauseMs: 2000 };

/** What is reserved where nothing has to be. */
export const noCharge: PendingCharge = { settle: () => {}, release: () => {} };

/** First day of the month, UTC. */
const monthOf = (now: number) => `${new Date(now).toISOString().slice(0, 7)}-01`;

/** What is taken out counts as waiting until it is written. */
function sourceOf<T>(waiting: () => number, take: () => readonly T[], write: (taken: readonly T[]) => Promise<void>): OutboxSource {
  let underway = 0;
  return {
    size: () => waiting() + underway,
    next() {
      const taken = take();
      underway = taken.length;
      if (taken.length === 0) return undefined;
      return async () => {
        await write(taken);
        underway = 0;
      };
    },
  };
}

/** Settlements of one key and month, which are one statement. */
function takeSettlements(all: BudgetSettlement[]): BudgetSettlement[] {
  const [head] = all;
  const taken = all.filter(({ keyId, month }) => keyId === head?.keyId && month === head.month).slice(0, batchRows);
  const ids = new Set(taken.map(({ id }) => id));
  all.splice(0, all.length, ...all.filter(({ id }) => !ids.has(id)));
  return taken;
}

/** Holds a part of the caller's budget; undefined where there is nothing to hold. */
export async function reserveBudget(
  budgets: Budgets,
  caller: Caller,
  costMicros: number,
  now: number,
): Promise<BudgetReservation | undefined> {
  const { keyId, budgetMicros } = caller;
  if (budgetMicros === undefined || keyId === undefined || costMicros <= 0) return undefined;
  const hold: BudgetReservation = { id: randomUUID(), keyId, month: monthOf(now) };
  const held = await budgets.reserve(hold, Math.ceil(costMicros), budgetMicros).catch((error: unknown) => {
    throw unavailable('The budget cannot be checked now.', 2, error);
  });
  if (!held) throw new Problem('budget_exhausted');
  return hold;
}

/** A hold that tells once what it came to. */
export function createPendingCharge(hold: BudgetReservation, tell: (settlement: BudgetSettlement) => void): PendingCharge {
  let open = true;
  const settle = (micros: number) => {
    if (!open) return;
    open = false;
    tell({ ...hold, micros: Math.max(0, Math.ceil(micros)) });
  };
  return { settle, release: () => settle(0) };
}

interface Options {
  readonly store: UsageStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly pace?: OutboxPacing;
}

/** Metering over a store: buffered, written in batches, each exactly once. */
export function createMetering({ store, log, metrics, now = Date.now, pace = usualPace }: Options): Metering {
  const buffer = new UsageBuffer(maxRows);
  const settlements: BudgetSettlement[] = [];
  const rows = sourceOf<UsageRow>(
    () => buffer.size,
    () => buffer.take(batchRows),
    (taken) => store.write(taken),
  );
  const settled = sourceOf<BudgetSettlement>(
    () => settlements.length,
    () => takeSettlements(settlements),
    async ([head, ...rest]) => {
      if (head !== undefined) await store.budgets.settle([head, ...rest]);
    },
  );
  const outbox = createOutbox([settled, rows], pace, log);
  metrics.beforeScrape(() => metrics.set('usageBuffered', {}, rows.size()));

  const reservationOf = (hold: BudgetReservation) =>
    createPendingCharge(hold, (settlement) => {
      settlements.push(settlement);
      outbox.added();
    });

  return {
    record(usage) {
      buffer.add(usage, now());
      outbox.added();
    },
    async reserve(caller, costMicros) {
      const hold = await reserveBudget(store.budgets, caller, costMicros, now());
      return hold === undefined ? noCharge : reservationOf(hold);
    },
    flushed: () => outbox.drained(),
  };
}
