import { type Kysely, sql, type Transaction } from 'kysely';
import type { JobResult, PgBoss } from 'pg-boss';
import type { Logger } from '../telemetry/log.ts';
import { chunks, deadLetters, type SqlExecutor, startBoss } from './job-queues.ts';
import { logLevelFor } from './outage-log.ts';
import type { Tables } from './tables.ts';

/** Seconds between two heartbeats of a job in progress. */
const heartbeatSeconds = 3;
/** Seconds between two polls of an empty queue. */
const [pollSeconds, deadLetterPollSeconds] = [0.5, 2];

export interface Job<T extends object> {
  readonly data: T;
  /** Priority: jobs with fewer seconds run first. */
  readonly dueSeconds: number;
}
export interface JobHandlers<T extends object> {
  /** Resolves with whether the job is done; otherwise, or if it rejects, the job is retried. `signal` aborts when another process takes the job. */
  work(data: T, attempt: number, signal: AbortSignal): Promise<boolean>;
  /** Called for a job whose retries are used up. */
  onDeadLetter(data: T): Promise<void>;
}

/** A queue of jobs in the database of the service. */
export interface Queue<T extends object> {
  /** Call it before a transaction that sends: it reads over another connection. */
  open(): Promise<void>;
  /** Sends jobs within the transaction: they exist once it commits. */
  send(trx: Transaction<Tables>, jobs: readonly Job<T>[]): Promise<void>;
  /** Runs up to `concurrency` jobs at a time until `stop`. */
  work(handlers: JobHandlers<T>, concurrency: number): Promise<void>;
  /** Number of jobs by state. */
  depth(): Promise<Readonly<Record<QueueState, number>>>;
  /** Fetches no more jobs and waits up to `seconds` for those in progress; other processes take over the rest. */
  stop(seconds: number): Promise<void>;
}
export type QueueState = 'waiting' | 'active' | 'dead_letter';

async function countJobs(db: Kysely<Tables>): Promise<Readonly<Record<QueueState, number>>> {
  const { rows } = await sql<{ state: QueueState; jobs: number }>`
    select case when name = ${deadLetters.name} then 'dead_letter' when state = 'active' then 'active' else 'waiting' end as state, count(*)::integer as jobs
    from pgboss.job where name in (${deadLetters.name}, ${chunks.name}) and state < 'completed' group by 1`.execute(db);
  return { waiting: 0, active: 0, dead_letter: 0, ...Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs])) };
}

async function startWorkers<T extends object>(boss: PgBoss, log: Logger, { work, onDeadLetter }: JobHandlers<T>, concurrency: number) {
  const options = {
    // Each loop runs one job at a time, so a long job delays no other.
    localConcurrency: concurrency,
    batchSize: 1,
    perJobResults: true,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: pollSeconds,
    heartbeatRefreshSeconds: heartbeatSeconds,
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
  const deadLetterOptions = { pollingIntervalSeconds: deadLetterPollSeconds };
  await boss.work<T>(deadLetters.name, deadLetterOptions, async ([job]) => job && onDeadLetter(job.data));
}

/** Loads and starts pg-boss with the first use. `supervise`: set it in processes that call `work`. */
export function openQueue<T extends object>(db: Kysely<Tables>, executor: SqlExecutor, log: Logger, supervise: boolean): Queue<T> {
  let starting: Promise<PgBoss> | undefined;
  function start(): Promise<PgBoss> {
    starting ??= startBoss(executor, log, { supervise, migrate: false }).catch((error: unknown) => {
      // The next use tries again.
      starting = undefined;
      throw error;
    });
    return starting;
  }
  return {
    open: async () => void (await start()),
    async send(trx, jobs) {
      const [{ fromKysely }, boss] = await Promise.all([import('pg-boss'), start()]);
      const rows = jobs.map(({ data, dueSeconds }) => ({ data, priority: -dueSeconds }));
      await boss.insert(chunks.name, rows, { db: fromKysely(trx) });
    },
    work: async (handlers, concurrency) => startWorkers(await start(), log, handlers, concurrency),
    depth: () => countJobs(db),
    async stop(seconds) {
      const boss = await starting?.catch(() => undefined);
      await boss?.stop({ graceful: true, timeout: seconds * 1000, close: false });
    },
  };
}
