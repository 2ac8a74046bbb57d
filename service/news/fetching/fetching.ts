import type { Kysely, Transaction } from 'kysely';
import type { JobHandlers, Queue } from '../../database/queue.ts';
import { startQueueWorker, type Worker } from '../../database/queue-worker.ts';
import type { Tables } from '../../database/tables.ts';
import type { ExchangeLimits } from '../../outbound/exchange.ts';
import { internet, type Network } from '../../outbound/network.ts';
import type { PeriodicTask } from '../../runtime/periodic-tasks.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { deleteOldFetches } from './delete-old-fetches.ts';
import { type FetchResult, type FetchRow, insertFetch, lostFetches, startAttempt } from './fetch-rows.ts';
import { fetchSource, finishCrashed } from './fetch-source.ts';
import type { HostTimes } from './hosts.ts';
import { createNewsClient } from './news-client.ts';
import { countNews } from './news-counts.ts';
import { hostTimes, newsLimits } from './news-limits.ts';
import { createParseDocument, createReadSource } from './read-source.ts';
import { dueSources } from './source-schedule.ts';

export interface FetchJob {
  readonly fetch: string;
}

interface FetchingOptions {
  readonly db: Kysely<Tables>;
  readonly queue: Queue<FetchJob>;
  /** NEWS_CONTACT; not set: nothing is fetched. */
  readonly contact: string | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Default: the internet. */
  readonly network?: Network | undefined;
  readonly times?: HostTimes;
  readonly limits?: ExchangeLimits;
}

/** Fetches at the same time in one process: most of their time they wait for hosts. */
const concurrency = 4;
/** A scheduled fetch may wait so long: a requested one comes first. */
const scheduledSeconds = 60;
/** Sources whose fetches are queued by one transaction. */
const scheduleLimit = 100;

const jobOf = ({ id, source_id }: Pick<FetchRow, 'id' | 'source_id'>) => ({ data: { fetch: id }, dueSeconds: 0, singletonKey: source_id });

/** Fetches of sources, on schedule and on request. */
export function createFetching({ db, queue, contact, metrics, log, ...rest }: FetchingOptions) {
  metrics.unset('newsNewestArticleAge', {});
  const { network = internet, times = hostTimes, limits = newsLimits } = rest;
  const client = createNewsClient({ db, network, times, limits, contact });
  const parse = createParseDocument(limits);
  const read = createReadSource({ db, client, parse });
  const stopping = new AbortController();

  function record(source: string, { outcome, reason = 'none', ...rest }: { readonly reason?: string } & Omit<FetchResult, 'reason'>): void {
    metrics.count('newsFetches', { outcome, reason });
    const { added = 0, updated = 0, duplicates = 0 } = rest;
    for (const [result, count] of Object.entries({ added, updated, duplicate: duplicates })) {
      if (count > 0) metrics.count('newsArticles', { result }, count);
    }
    log[reason === 'none' ? 'debug' : 'info']({ source, outcome, reason, ...rest }, 'A source was fetched');
  }

  const handlers: JobHandlers<FetchJob> = {
    async work({ fetch }, _attempt, signal) {
      const attempt = await startAttempt(db, fetch);
      if (attempt === undefined) return true;
      const start = performance.now();
      const result = await fetchSource(db, read, attempt, AbortSignal.any([signal, stopping.signal])).catch((error: unknown) => {
        if (stopping.signal.aborted) return 'stopped' as const;
        throw error;
      });
      if (result === 'stopped') return false;
      metrics.observe('newsFetchDuration', {}, (performance.now() - start) / 1000);
      if (result !== undefined) record(attempt.source.name, result);
      return true;
    },
    async onDeadLetter({ fetch }) {
      const attempt = await startAttempt(db, fetch);
      const result = attempt && (await finishCrashed(db, attempt));
      if (result !== undefined) record(attempt?.source.name ?? '', result);
    },
  };

  /** Queues a fetch in the transaction, unless one of the source is unfinished, which is returned then. Call `open` before the transaction. */
  async function enqueue(trx: Transaction<Tables>, sourceId: string, cause: FetchRow['cause'], requestedBy: string | null) {
    const inserted = await insertFetch(trx, sourceId, cause, requestedBy);
    if (inserted.isNew) await queue.send(trx, [{ ...jobOf(inserted.fetch), dueSeconds: cause === 'request' ? 0 : scheduledSeconds }]);
    return inserted;
  }

  const schedule: PeriodicTask = {
    name: 'schedule fetches of sources',
    intervalMs: 5000,
    retryMs: 10_000,
    runImmediately: true,
    async run() {
      await queue.open();
      for (let queued = scheduleLimit; queued === scheduleLimit; ) {
        queued = await db.transaction().execute(async (trx) => {
          const due = await dueSources(trx, scheduleLimit);
          for (const id of due) await enqueue(trx, id, 'schedule', null);
          return due.length;
        });
        if (queued > 0) queue.wake();
      }
      await db.transaction().execute(async (trx) => {
        const lost = await lostFetches(trx);
        if (lost.length > 0) await queue.send(trx, lost.map(jobOf));
      });
    },
  };
  const measure: PeriodicTask = {
    name: 'measure news',
    intervalMs: 15_000,
    retryMs: 30_000,
    runImmediately: true,
    async run() {
      const { waiting, active } = (await queue.measure()).depth;
      for (const [state, jobs] of Object.entries({ waiting, active })) metrics.set('newsFetchQueue', { state }, jobs);
      const { newestSeconds, ...sources } = await countNews(db);
      for (const [state, count] of Object.entries(sources)) metrics.set('newsSources', { state }, count);
      if (newestSeconds === null) metrics.unset('newsNewestArticleAge', {});
      else metrics.set('newsNewestArticleAge', {}, newestSeconds);
    },
  };
  const deleteOld: PeriodicTask = {
    name: 'delete old fetches',
    intervalMs: 3_600_000,
    retryMs: 60_000,
    runImmediately: true,
    run: () => deleteOldFetches(db),
  };
  function startWorker(): Worker {
    const worker = startQueueWorker({ queue, handlers, concurrency, log });
    return {
      stop(timeoutSeconds) {
        // Another process repeats the fetches in progress, which have stored nothing.
        stopping.abort(new Error('the scraper stops'));
        return worker.stop(timeoutSeconds);
      },
    };
  }
  return {
    /** Requests one document of a host, and reads the entries of one. */
    client,
    parse,
    open: queue.open,
    enqueue,
    wake: queue.wake,
    /** Tasks and workers of a process that fetches; none without a contact. */
    workerTasks: contact === undefined ? [] : [schedule, measure, deleteOld],
    startWorkers: (): readonly Worker[] => (contact === undefined ? [] : [startWorker()]),
  };
}
export type Fetching = ReturnType<typeof createFetching>;
