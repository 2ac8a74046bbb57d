import { type Kysely, sql, type Transaction } from 'kysely';
import type { Job as FetchedJob, JobResult, PgBoss } from 'pg-boss';
import type { Logger } from '../telemetry/log.ts';
import { markFailed } from '../telemetry/traced.ts';
import { type QueueDefinition, type SqlExecutor, startBoss } from './job-queues.ts';
import { logLevelFor } from './outage-log.ts';
import type { Tables } from './tables.ts';

/** Seconds between two heartbeats of a job in progress. */
const heartbeatSeconds = 3;
const deadLetterPollSeconds = 2;
/** Seconds between two polls of an empty queue while NOTIFY works: retries become due without one. */
const notifiedPollSeconds = 2;

interface QueueOptions {
  /** Set it in processes that call `work`. */
  readonly supervise: boolean;
  /** Jobs continue the trace of the request that sent them. */
  readonly isTraced?: boolean;
  /** Seconds between two polls of an empty queue. */
  readonly pollSeconds?: number;
}

export interface Job<T extends object> {
  readonly data: T;
  /** Priority: jobs with fewer seconds run first. */
  readonly dueSeconds: number;
  /** A queue whose policy is not `standard` applies it to the jobs of the same key. */
  readonly singletonKey?: string;
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
  /** Call it after the commit of jobs that were sent: workers of this process fetch them at once. */
  wake(): void;
  /** Runs up to `concurrency` jobs at a time until `stop`. */
  work(handlers: JobHandlers<T>, concurrency: number): Promise<void>;
  measure(): Promise<QueueFigures>;
  /** Ends the work of all queues of the process: fetches no more jobs and waits up to `seconds` for those in progress; other processes take over the rest. */
  stop(seconds: number): Promise<void>;
}
export type QueueState = 'waiting' | 'active' | 'dead_letter';
export interface QueueFigures {
  /** Number of jobs by state. */
  readonly depth: Readonly<Record<QueueState, number>>;
  /** Age of the oldest waiting job since it was sent; 0 if none waits. */
  readonly oldestSeconds: number;
}

async function measureJobs(db: Kysely<Tables>, { name, deadLetters }: QueueDefinition): Promise<QueueFigures> {
  const { rows } = await sql<{ state: QueueState; jobs: number; seconds: number }>`
    select case when name = ${deadLetters.name} then 'dead_letter' when state = 'active' then 'active' else 'waiting' end as state, count(*)::integer as jobs,
      greatest(0, extract(epoch from now() - min(created_on)))::float8 as seconds
    from pgboss.job where name in (${deadLetters.name}, ${name}) and state < 'completed' group by 1`.execute(db);
  return {
    depth: { waiting: 0, active: 0, dead_letter: 0, ...Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs])) },
    oldestSeconds: rows.find(({ state }) => state === 'waiting')?.seconds ?? 0,
  };
}

/** @returns makes all workers fetch now */
async function startWorkers<T extends object>(
  boss: PgBoss,
  { name, deadLetters }: QueueDefinition,
  log: Logger,
  { work, onDeadLetter }: JobHandlers<T>,
  concurrency: number,
  pollSeconds: number,
) {
  const options = {
    batchSize: 1,
    perJobResults: true,
    pollingIntervalSeconds: pollSeconds,
    notifyPollingIntervalSeconds: Math.max(notifiedPollSeconds, pollSeconds),
    heartbeatRefreshSeconds: heartbeatSeconds,
  } as const;
  // Each worker runs one job at a time, so a long job delays no other.
  const workers: string[] = [];
  for (let worker = 0; worker < concurrency; worker += 1) {
    const id = await boss.work<T, unknown, typeof options>(name, options, async (jobs) => {
      const results = await Promise.all(jobs.map(run));
      // Where one job was, more may wait: pg-boss itself polls again only after the interval.
      boss.notifyWorker(id);
      return results;
    });
    workers.push(id);
  }
  async function run({ id, data, retryCount, signal }: FetchedJob<T>): Promise<JobResult> {
    const done = await work(data, retryCount + 1, signal).catch((error: unknown) => {
      markFailed(error);
      log[logLevelFor(error, 'error')]({ error, data }, 'A job failed');
      return false;
    });
    return { id, status: done ? 'completed' : 'failed' };
  }
  const deadLetterOptions = { pollingIntervalSeconds: deadLetterPollSeconds };
  await boss.work<T>(deadLetters.name, deadLetterOptions, async ([job]) => job && onDeadLetter(job.data));
  return () => {
    for (const id of workers) boss.notifyWorker(id);
  };
}

/** The queues of a process; they share one pg-boss, which is loaded and started with the first use. */
export interface JobQueues {
  open<T extends object>(definition: QueueDefinition): Queue<T>;
}

export function createJobQueues(
  db: Kysely<Tables>,
  executor: SqlExecutor,
  log: Logger,
  { supervise, isTraced = false, pollSeconds = 0.5 }: QueueOptions,
): JobQueues {
  let starting: Promise<PgBoss> | undefined;
  let stopping: Promise<void> | undefined;
  function start(): Promise<PgBoss> {
    starting ??= startBoss(executor, log, { supervise, isTraced, migrate: false }).catch((error: unknown) => {
      // The next use tries again.
      starting = undefined;
      throw error;
    });
    return starting;
  }
  async function stop(seconds: number): Promise<void> {
    const boss = await starting?.catch(() => undefined);
    await boss?.stop({ graceful: true, timeout: seconds * 1000, close: false });
  }
  return {
    open<T extends object>(definition: QueueDefinition): Queue<T> {
      let wake = () => {};
      return {
        open: async () => void (await start()),
        async send(trx, jobs) {
          const [{ fromKysely }, boss] = await Promise.all([import('pg-boss'), start()]);
          const rows = jobs.map(({ data, dueSeconds, singletonKey }) => ({
            data,
            priority: -dueSeconds,
            ...(singletonKey !== undefined && { singletonKey }),
          }));
          await boss.insert(definition.name, rows, { db: fromKysely(trx) });
        },
        wake: () => wake(),
        async work(handlers, concurrency) {
          wake = await startWorkers(await start(), definition, log, handlers, concurrency, pollSeconds);
        },
        measure: () => measureJobs(db, definition),
        stop(seconds) {
          stopping ??= stop(seconds);
          return stopping;
        },
      };
    },
  };
}
