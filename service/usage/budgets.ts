import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** What a key holds of its budget until the work that it is held for is done. */
export interface BudgetReservation {
  readonly id: string;
  readonly keyId: string;
  /** First day of the month (UTC) whose budget it is of, as `2026-11-01`. */
  readonly month: string;
}
/** What work came to; 0 gives all of it back. */
export interface BudgetSettlement extends BudgetReservation {
  readonly micros: number;
}
export interface Budgets {
  /** Holds a part of the month's budget, unless what is spent and held would exceed the budget. */
  reserve(hold: BudgetReservation, micros: number, budgetMicros: number): Promise<boolean>;
  /** Turns holds into what was spent; a hold that is settled already stays settled. All of one key and month. */
  settle(settlements: readonly [BudgetSettlement, ...BudgetSettlement[]]): Promise<void>;
}

/** So long a hold counts whose process does not settle it, because it died: longer than any request takes. */
const holdMinutes = 5;

/**
 * Two statements in one. The row of the budget is locked by the update, which looks at it again after waiting: of any number of
 * processes, no two take the same money.
 */
export const reserveStatement = ({ id, keyId, month }: BudgetReservation, micros: number, budgetMicros: number) => sql<{ id: string }>`
  with taken as (
    update budgets set reserved_micros = reserved_micros + ${micros}::bigint
    where key_id = ${keyId} and month = ${month} and spent_micros + reserved_micros + ${micros}::bigint <= ${budgetMicros}::bigint
    returning key_id, month)
  insert into budget_reservations (id, key_id, month, held_micros, reserved_until)
  select ${id}, key_id, month, ${micros}::bigint, now() + make_interval(mins => ${sql.lit(holdMinutes)}) from taken
  returning id`;

/** Gives back what dead processes hold. The hold itself stays, holding nothing: a process that was only slow still settles it. */
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
      // The month's first, or exhausted by what nobody settles any more: both are seldom.
      await sql`insert into budgets (key_id, month) values (${hold.keyId}, ${hold.month}) on conflict do nothing`.execute(db);
      await releaseExpiredStatement(hold.keyId).execute(db);
      return held(query);
    },
    settle: async (settlements) => void (await settleStatement(settlements).execute(db)),
  };
}
