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

/** A reserved part of a key's budget. The first call ends the reservation; later calls have no effect. */
export interface PendingCharge {
  /** Records the actual cost in micro-US-dollars; it may exceed the reserved amount. */
  settle(actualMicros: number): void;
  /** Releases the reservation: the work cost nothing. */
  release(): void;
}

export interface Metering {
  /** Records a request in memory. It is written later, even if the database is down now. */
  record(usage: Usage): void;
  /**
   * Reserves the maximum cost of the work, in micro-US-dollars, in the key's budget of this month (UTC). Without I/O for callers without
   * a budget and for free work.
   * @throws {Problem} budget_exhausted; unavailable while the database is down
   */
  reserve(caller: Caller, costMicros: number): Promise<PendingCharge>;
  /** Resolves when all records and settlements are written. */
  flushed(): Promise<void>;
}

/** The part of metering that model calls use. */
export type Meter = Pick<Metering, 'record' | 'reserve'>;

/** Rows per statement; with so many rows, they are written immediately. */
const batchRows = 500;
/** Rows in the buffer before they are aggregated: some MB. */
const maxRows = 10_000;
const defaultPace: OutboxPacing = { everyMs: 1000, fullAt: batchRows, firstPauseMs: 100, longestPauseMs: 2000 };

/** The charge of work without a reservation. */
export const noCharge: PendingCharge = { settle: () => {}, release: () => {} };

/** First day of the month, UTC. */
const monthOf = (now: number) => `${new Date(now).toISOString().slice(0, 7)}-01`;

/** Rows that are being written still count as waiting. */
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

/** Takes the settlements of one key and month: they are one statement. */
function takeSettlements(all: BudgetSettlement[]): BudgetSettlement[] {
  const [head] = all;
  const taken = all.filter(({ keyId, month }) => keyId === head?.keyId && month === head.month).slice(0, batchRows);
  const ids = new Set(taken.map(({ id }) => id));
  all.splice(0, all.length, ...all.filter(({ id }) => !ids.has(id)));
  return taken;
}

/** Reserves a part of the caller's budget; undefined if no reservation is needed. */
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

/** A charge that reports its settlement once. */
export function createPendingCharge(reservation: BudgetReservation, onSettled: (settlement: BudgetSettlement) => void): PendingCharge {
  let open = true;
  const settle = (micros: number) => {
    if (!open) return;
    open = false;
    onSettled({ ...reservation, micros: Math.max(0, Math.ceil(micros)) });
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

/** Buffers usage and writes it to the store in batches, exactly once. */
export function createMetering({ store, log, metrics, now = Date.now, pace = defaultPace }: Options): Metering {
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
