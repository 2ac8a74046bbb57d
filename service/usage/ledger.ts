import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type BudgetSettlement, type Budgets, settleStatement } from './budgets.ts';
import { UsageBuffer } from './buffer.ts';
import { createPendingCharge, type Meter, noCharge, reserveBudget } from './metering.ts';
import { insertUsage } from './store.ts';
import type { Operation, Usage } from './usage-record.ts';

/**
 * Metering of work whose result is stored: usage and settlements stay in memory until `writeLedgers` writes them in the transaction that
 * stores the result.
 */
export interface Ledger extends Meter {
  readonly usages: readonly Usage[];
  readonly settlements: readonly BudgetSettlement[];
}

/** Records all usage as part of `operation`. */
export function createLedger(budgets: Budgets, operation: Operation): Ledger {
  const usages: Usage[] = [];
  const settlements: BudgetSettlement[] = [];
  return {
    usages,
    settlements,
    record: (usage) => void usages.push({ ...usage, operation }),
    async reserve(caller, costMicros) {
      const hold = await reserveBudget(budgets, caller, costMicros, Date.now());
      return hold === undefined ? noCharge : createPendingCharge(hold, (settlement) => void settlements.push(settlement));
    },
  };
}

/** Groups of settlements of one key and month: each group is one statement. */
function* together(settlements: readonly BudgetSettlement[]): Generator<[BudgetSettlement, ...BudgetSettlement[]]> {
  for (const of of Map.groupBy(settlements, ({ keyId, month }) => `${keyId} ${month}`).values()) {
    const [head, ...rest] = of;
    if (head !== undefined) yield [head, ...rest];
  }
}

/** Writes what the `counted` ledgers hold, and gives back what the others had reserved: their answers were not stored. */
export async function writeLedgers(trx: Kysely<Tables>, counted: readonly Ledger[], uncounted: readonly Ledger[]): Promise<void> {
  const buffer = new UsageBuffer(Number.POSITIVE_INFINITY);
  const now = Date.now();
  for (const usage of counted.flatMap(({ usages }) => usages)) buffer.add(usage, now);
  if (buffer.size > 0) await insertUsage(buffer.take(buffer.size)).execute(trx);
  const released = uncounted.flatMap(({ settlements }) => settlements.map((settlement) => ({ ...settlement, micros: 0 })));
  for (const settlements of together([...counted.flatMap((ledger) => ledger.settlements), ...released])) {
    await settleStatement(settlements).execute(trx);
  }
}
