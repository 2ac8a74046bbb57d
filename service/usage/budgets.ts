import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** A part of a key's budget that is reserved until the cost of the work is known. */
export interface BudgetReservation {
  readonly id: string;
  readonly keyId: string;
  /** First day of the month (UTC) whose budget it is of, as `2026-11-01`. */
  readonly month: string;
}
/** The actual cost of the work; 0 releases the reservation. */
export interface BudgetSettlement extends BudgetReservation {
  readonly micros: number;
}
export interface Budgets {
  /** Reserves a part of the month's budget. @returns false if spent and reserved amounts would exceed the budget */
  reserve(hold: BudgetReservation, micros: number, budgetMicros: number): Promise<boolean>;
  /** Replaces reservations by the amounts spent; a settled reservation stays settled. All of one key and month. */
  settle(settlements: readonly [BudgetSettlement, ...BudgetSettlement[]]): Promise<void>;
}

/** Minutes after which a reservation expires if its process crashed: longer than any request takes. */
const reservationMinutes = 5;

/**
 * Two statements in one. The update locks the row of the budget and reads it again after waiting, so that no two processes reserve the
 * same amount.
 */
export const reserveStatement = ({ id, keyId, month }: BudgetReservation, micros: number, budgetMicros: number) => sql<{ id: string }>`
  with taken as (
    update budgets set reserved_micros = reserved_micros + ${micros}::bigint
    where key_id = ${keyId} and month = ${month} and spent_micros + reserved_micros + ${micros}::bigint <= ${budgetMicros}::bigint
    returning key_id, month)
  insert into budget_reservations (id, key_id, month, held_micros, reserved_until)
  select ${id}, key_id, month, ${micros}::bigint, now() + make_interval(mins => ${sql.lit(reservationMinutes)}) from taken
  returning id`;

/** Releases the amounts of expired reservations. Their rows stay, with no amount, so that a process that was only slow can settle them. */
export const releaseExpiredStatement = (keyId: string) => sql`
  with expired as (
    select id, month, held_micros from budget_reservations
    where key_id = ${keyId} and reserved_until < now() and held_micros > 0 for update skip locked),
  emptied as (
    update budget_reservations set held_micros = 0 from expired where budget_reservations.id = expired.id returning expired.*),
  sums as (select month, sum(held_micros)::bigint as micros from emptied group by month)
  update budgets set reserved_micros = reserved_micros - sums.micros from sums
  where budgets.key_id = ${keyId} and budgets.month = sums.month`;

export const settleStatement = (settlements: readonly [BudgetSettlement, ...BudgetSettlement[]]) => sql`
  with given as (
    select * from unnest(${settlements.map(({ id }) => id)}::uuid[], ${settlements.map(({ micros }) => micros)}::bigint[]) as given (id, micros)),
  settled as (
    delete from budget_reservations using given where budget_reservations.id = given.id
    returning given.micros, budget_reservations.held_micros),
  sums as (select sum(micros)::bigint as micros, sum(held_micros)::bigint as held from settled having count(*) > 0)
  update budgets set spent_micros = spent_micros + sums.micros, reserved_micros = reserved_micros - sums.held from sums
  where budgets.key_id = ${settlements[0].keyId} and budgets.month = ${settlements[0].month}`;

/** Budgets in the database, counted by all processes together. */
export function createBudgets(db: Kysely<Tables>): Budgets {
  const held = async (query: ReturnType<typeof reserveStatement>) => (await query.execute(db)).rows.length > 0;
  return {
    async reserve(hold, micros, budgetMicros) {
      const query = reserveStatement(hold, micros, budgetMicros);
      if (await held(query)) return true;
      // The first reservation of the month, or expired reservations fill the budget: both are rare.
      await sql`insert into budgets (key_id, month) values (${hold.keyId}, ${hold.month}) on conflict do nothing`.execute(db);
      await releaseExpiredStatement(hold.keyId).execute(db);
      return held(query);
    },
    settle: async (settlements) => void (await settleStatement(settlements).execute(db)),
  };
}
