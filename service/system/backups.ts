import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Exports when the last backup was complete. The backup stores it in the database, because one on a host or in a Job has no /metrics. */
export function measureBackups(db: Kysely<Tables>, metrics: Metrics): PeriodicTask {
  metrics.unset('backupLastSuccess', {});
  return {
    name: 'measure backups',
    intervalMs: 60_000,
    retryMs: 60_000,
    runImmediately: true,
    async run() {
      const { last } = await db
        .selectFrom('backups')
        .select(({ fn }) => fn.max('completed_at').as('last'))
        .executeTakeFirstOrThrow();
      if (last === null) metrics.unset('backupLastSuccess', {});
      else metrics.set('backupLastSuccess', {}, new Date(last).getTime() / 1000);
    },
  };
}
