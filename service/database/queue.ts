import type { PGlite } from '@electric-sql/pglite';
import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { JobResult, PgBoss } from 'pg-boss';
import type { Logger } from '../telemetry/log.ts';
import { logLevelFor } from './outage-log.ts';
import type { Tables } from './tables.ts';

/** Statements as they are, for a library that brings its own; without values it may be several. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Those of an embedded database that others use too: they wait for its transactions. */
export const embeddedSqlExecutor = (pglite: () => Promise<PGlite>): SqlExecutor => ({
  async executeSql(text, values) {
    const [{ fromPglite }, instance] = await Promise.all([import('pg-boss'), pglite()]);
    return fromPglite(instance).executeSql(text, values);
  },
});

const dead = { name: 'batch-chunks-given-up', options: { retryLimit: 1000, retryDelay: 5, expireInSeconds: 60, deleteAfterSeconds: 3600 } };
const chunks = {
  name: 'batch-chunks',
  options: {
    deadLetter: dead.name,
    // Attempts after the first, and the seconds between them.
    retryLimit: 3,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    expireInSeconds: 120,
    // Seconds of silence after which a worker is taken for dead; the least that pg-boss allows.
    heartbeatSeconds: 10,
    deleteAfterSeconds: 3600,
  },
};

/** How often a worker says that it lives, and how often it looks for others that do not, in seconds. */
const heartbeat = 3;
const supervision = 3;
/** Seconds between two looks at an empty queue. */
const polling = 0.5;

/** pg-boss over the product's own connections; `supervise`: it also looks for workers that died. */
async function create(statements: SqlExecutor, log: Logger, options: { supervise: boolean; migrate: boolean }): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: statements,
    schedule: false,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: supervision,
    monitorIntervalSeconds: supervision,
    maintenanceIntervalSeconds: 600,
    ...options,
  });
  boss.on('error', (error) => log[logLevelFor(error, 'warn')]({ module: 'queue', reason: error.message }, 'The queue failed'));
  await boss.start();
  return boss;
}

/** Brings the tables of the queue up to date; of several processes one does it and the others wait. */
export async function migrateQueue(statements: SqlExecutor, log: Logger): Promise<void> {
  const boss = await create(statements, log, { supervise: false, migrate: true });
  for (const { name, options } of [dead, chunks]) {
    await boss.createQueue(name, options);
    await boss.updateQueue(name, options);
  }
  await boss.stop({ graceful: false });
}

export interface Job<T extends object> {
  readonly data: T;
  /** Seconds by some clock: what is due earlier goes first. */
  readonly dueSeconds: number;
}
export interface JobHandlers<T extends object> {
  /**
   * Whether the job is done; else, or when it throws, it is tried again after a pause, and given up after some attempts.
   * `signal` aborts when the job is no longer this process's.
   */
  work(data: T, attempt: number, signal: AbortSignal): Promise<boolean>;
  /** Told of a job that was given up. */
  onDeadLetter(data: T): Promise<void>;
}

/** Jobs in the product's own database. */
export interface Queue<T extends object> {
  /** Must have been called before the transaction that sends: it reads what there is, on a connection of its own. */
  open(): Promise<void>;
  /** Sends jobs with the transaction: they exist once it is committed. */
  send(trx: Transaction<Tables>, jobs: readonly Job<T>[]): Promise<void>;
  /** Works on jobs until `stop`, on so many at once. */
  work(handlers: JobHandlers<T>, concurrency: number): Promise<void>;
  /** How many jobs there are by state. */
  depth(): Promise<Readonly<Record<QueueState, number>>>;
  /** Takes no more jobs and waits for those in hand, for at most `seconds`; others take over what is left then. */
  stop(seconds: number): Promise<void>;
}
export type QueueState = 'waiting' | 'active' | 'dead_letter';

/** Opens nothing yet: pg-boss is loaded with the first use. `supervise`: in a process that also works. */
export function openQueue<T extends object>(db: Kysely<Tables>, statements: SqlExecutor, log: Logger, supervise: boolean): Queue<T> {
  let opening: Promise<PgBoss> | undefined;
  function opened(): Promise<PgBoss> {
    opening ??= create(statements, log, { supervise, migrate: false }).catch((error: unknown) => {
      // The next use tries again.
      opening = undefined;
      throw error;
    });
    return opening;
  }
  return {
    open: async () => void (await opened()),
    async send(trx, jobs) {
      const [{ fromKysely }, boss] = await Promise.all([import('pg-boss'), opened()]);
      const rows = jobs.map(({ data, dueSeconds }) => ({ data, priority: -dueSeconds }));
      await boss.insert(chunks.name, rows, { db: fromKysely(trx) });
    },
    async work({ work, onDeadLetter: givenUp }, concurrency) {
      const boss = await opened();
      const options = {
        // Each loop takes one job and the next one once that has ended: a long one holds up no other.
        localConcurrency: concurrency,
        batchSize: 1,
        perJobResults: true,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: polling,
        heartbeatRefreshSeconds: heartbeat,
      } as const;
      await boss.work<T, unknown, typeof options>(chunks.name, options, (jobs) =>
        Promise.all(
          jobs.map(async ({ id, data, retryCount, signal }): Promise<JobResult> => {
            const done = await work(data, retryCount + 1, signal).catch((error: unknown) => {
              log[logLevelFor(error, 'warn')]({ module: 'queue', error, data }, 'A job failed');
              return false;
            });
            return { id, status: done ? 'completed' : 'failed' };
          }),
        ),
      );
      await boss.work<T>(dead.name, { pollingIntervalSeconds: 2 }, async ([job]) => job && givenUp(job.data));
    },
    async depth() {
      const { rows } = await sql<{ state: QueueState; jobs: number }>`
        select case when name = ${dead.name} then 'dead_letter' when state = 'active' then 'active' else 'waiting' end as state, count(*)::integer as jobs
        from pgboss.job where name in (${dead.name}, ${chunks.name}) and state < 'completed' group by 1`.execute(db);
      return { waiting: 0, active: 0, dead_letter: 0, ...Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs])) };
    },
    async stop(seconds) {
      const boss = await opening?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: seconds * 1000, close: false });
    },
  };
}
