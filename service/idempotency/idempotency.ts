import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Logger } from '../telemetry/log.ts';
import { idempotency, type ReplayCheck } from './middleware.ts';
import { createIdempotencyStore, deleteExpiredKeys } from './store.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];

/** Idempotency keys in the database, the middleware that honours them, and the task that deletes expired ones. */
export function createIdempotency({ db, log }: { readonly db: Kysely<Tables>; readonly log: Logger }) {
  const store = createIdempotencyStore(db);
  const cleanup: PeriodicTask = {
    name: 'delete expired idempotency keys',
    intervalMs: hourMs,
    retryMs: minuteMs,
    runImmediately: false,
    run: () => deleteExpiredKeys(store),
  };
  return { middleware: (isReplayable?: ReplayCheck) => idempotency(store, log, isReplayable), tasks: [cleanup] };
}
