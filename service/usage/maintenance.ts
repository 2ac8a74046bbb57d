import { type Kysely, sql } from 'kysely';
import { dropOldPartitions, ensurePartitions } from '../database/partitions.ts';
import type { Tables } from '../database/tables.ts';

/** Partitions that are there before their month begins. */
const monthsAhead = 3;

export const deleteStaleReservations = () => sql`
  delete from budget_reservations where reserved_until < now() - interval '1 day' and (held_micros = 0 or month < now() - interval '2 months')`;

/**
 * Makes the partitions of the months to come, drops those that are not kept, and forgets holds that nobody settled. Any number of
 * processes may do it at once.
 * @returns the names of the partitions that were made and dropped
 */
export async function maintainUsage(db: Kysely<Tables>, now: Date, monthsKept: number) {
  const made = await ensurePartitions(db, now, monthsAhead);
  const dropped = await dropOldPartitions(db, now, monthsKept);
  await deleteStaleReservations().execute(db);
  return { made, dropped };
}
