import type { PgBoss } from 'pg-boss';
import { timings } from '../../contract/timings.ts';
import type { Logger } from '../telemetry/log.ts';
import type { OnNotification } from './listener.ts';
import { logLevelFor } from './outage-log.ts';

/** Runs SQL for a library with statements of its own; without values, `text` can be several statements. */
export interface SqlExecutor {
  /** Listens to a channel; undefined if the database has one connection only. */
  listen?(channel: string, onNotification: OnNotification, onReconnect: () => void): Promise<{ close(): Promise<void> }>;
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A queue of pg-boss, and the one that takes the jobs whose retries are used up. */
export interface QueueDefinition {
  readonly name: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly deadLetters: { readonly name: string; readonly options: Readonly<Record<string, number>> };
}

/** A job without a heartbeat for so many seconds goes to another process; 10 is the minimum of pg-boss. */
const heartbeatSeconds = 10;

const definitionOf = (name: string, options: QueueDefinition['options']): QueueDefinition => ({
  name,
  options: {
    deadLetter: `${name}-dead-letter`,
    // Retries, and the first and longest delay in seconds.
    retryLimit: 3,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    heartbeatSeconds,
    deleteAfterSeconds: 3600,
    // Wakes workers with NOTIFY when jobs are sent.
    notify: true,
    ...options,
  },
  deadLetters: { name: `${name}-dead-letter`, options: { retryLimit: 1000, retryDelay: 5, expireInSeconds: 60, deleteAfterSeconds: 3600 } },
});

/** Every queue of the service. Crashes are detected by heartbeats; the expiry is longer than the slowest job. */
export const queueDefinitions = {
  /** Chunks of batches; a chunk runs its calls of models at once. */
  batchChunks: definitionOf('batch-chunks', { expireInSeconds: 2 * timings.modelRequest }),
  /** Fetches of sources; the singleton key of a job is its source: one is queued, one runs. */
  newsFetches: definitionOf('news-fetches', { policy: 'stately', expireInSeconds: 900 }),
  /** Exports to be written. */
  newsExports: definitionOf('news-exports', { expireInSeconds: 900 }),
} as const satisfies Record<string, QueueDefinition>;

/** Seconds between two checks for missed heartbeats. */
const superviseSeconds = 3;

/** Starts pg-boss over the connections of the service; `supervise`: it also checks for missed heartbeats, and is notified of new jobs. */
export async function startBoss(
  executor: SqlExecutor,
  log: Logger,
  { supervise, migrate, isTraced }: { readonly supervise: boolean; readonly migrate: boolean; readonly isTraced: boolean },
): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: executor,
    schedule: false,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
    // With the provider and the propagator that tracing has made the global ones.
    openTelemetry: { enabled: isTraced, propagateContext: true },
    useListenNotify: supervise && executor.listen !== undefined,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    maintenanceIntervalSeconds: 600,
    supervise,
    migrate,
  });
  boss.on('error', (error) => log[logLevelFor(error, 'warn')]({ reason: error.message }, 'The queue failed'));
  boss.on('warning', ({ message }) => log.debug({ reason: message }, 'The queue reported a warning'));
  await boss.start();
  return boss;
}

/** Brings the tables of the queues up to date; pg-boss lets one process at a time do so. */
export async function migrateQueues(executor: SqlExecutor, log: Logger): Promise<void> {
  const boss = await startBoss(executor, log, { supervise: false, isTraced: false, migrate: true });
  for (const { name, options, deadLetters } of Object.values(queueDefinitions)) {
    for (const [queue, settings] of [
      [deadLetters.name, deadLetters.options],
      [name, options],
    ] as const) {
      await boss.createQueue(queue, settings);
      // The policy of a queue cannot change.
      const { policy: _, ...changeable }: QueueDefinition['options'] = settings;
      await boss.updateQueue(queue, changeable);
    }
  }
  await boss.stop({ graceful: false });
}
