import { type Kysely, sql } from 'kysely';
import { dropOldPartitions, ensurePartitions } from '../database/partitions.ts';
import type { Tables } from '../database/tables.ts';

/** Partitions are created so many months ahead. */
const monthsAhead = 3;

export const deleteStaleReservations = () => sql`
  delete from budget_reservations where reserved_until < now() - interval '1 day' and (held_micros = 0 or month < now() - interval '2 months')`;

/**
 * Creates partitions ahead, drops those beyond the retention, and deletes stale reservations. Several processes may run it at the same
 * time.
 * @returns the names of the partitions that were created and dropped
 */
export async function maintainUsage(db: Kysely<Tables>, now: Date, monthsKept: number) {
  const made = await ensurePartitions(db, now, monthsAhead);
  const dropped = await dropOldPartitions(db, now, monthsKept);
  await deleteStaleReservations().execute(db);
  return { made, dropped };
}
