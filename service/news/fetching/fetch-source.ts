import type { Kysely } from 'kysely';
import type { FetchReason } from '../../../contract/news.ts';
import type { Tables } from '../../database/tables.ts';
import { FairLimiter } from '../../runtime/fair-limiter.ts';
import { ParseError } from '../parsing/document.ts';
import { type FetchError, fetchErrorOf } from './fetch-error.ts';
import { type Attempt, type FetchResult, finishFetch, isCurrent } from './fetch-rows.ts';
import { foundArticles } from './found-articles.ts';
import type { FetchedDocument } from './news-client.ts';
import type { ReadSource } from './read-source.ts';
import { nextFetchMs, scheduleNext } from './source-schedule.ts';
import { storeArticles } from './store-articles.ts';

/** Reasons for which no document was requested. */
const rejections: readonly FetchReason[] = [
  'no_contact',
  'robots',
  'robots_unreachable',
  'private_address',
  'unsupported_url',
  'host_busy',
];

/** One transaction of a process waits for the lock on inserts: the others would keep connections from other work meanwhile. */
const storing = new FairLimiter({ concurrency: 1, queue: 100 }, (rejection) => new Error(`no turn to store articles: ${rejection}`));

interface Failure {
  readonly reason: FetchReason;
  readonly message: string;
  readonly httpStatus?: number | undefined;
  readonly pauseMs?: number | undefined;
}

/** The failure of a document; undefined for an error of the service. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ParseError)
    return { reason: error.code === 'too_large' || error.code === 'too_complex' ? 'too_large' : 'malformed', message: error.message };
  const failure: FetchError | undefined = fetchErrorOf(error);
  return failure;
}

const movedDetail = ({ movedTo }: FetchedDocument) =>
  movedTo && `The document moved permanently to ${movedTo}: change the URL of the source.`;

/** Finishes a fetch unless another attempt does: what is stored, the outcome and the next fetch are one transaction. */
function finish(db: Kysely<Tables>, attempt: Attempt, write: (trx: Parameters<typeof storeArticles>[0]) => Promise<FetchResult>) {
  return db.transaction().execute(async (trx) => {
    if (!(await isCurrent(trx, attempt))) return undefined;
    const result = await write(trx);
    await finishFetch(trx, attempt.fetchId, result);
    return result;
  });
}

function finishFailed(db: Kysely<Tables>, attempt: Attempt, { reason, message, httpStatus, pauseMs }: Failure) {
  const { source } = attempt;
  return finish(db, attempt, async (trx) => {
    // The other sources of the host came first, which is no failure of this one.
    const failures = reason === 'host_busy' ? source.failures : source.failures + 1;
    const nextMs = reason === 'host_busy' ? Math.max(1000, pauseMs ?? 0) : nextFetchMs(source.interval_minutes, failures, pauseMs);
    await scheduleNext(trx, source, { failures, nextMs });
    return { outcome: rejections.includes(reason) ? 'rejected' : 'failed', reason, detail: message, http_status: httpStatus };
  });
}

/**
 * Fetches a source and stores its articles.
 * @returns undefined if another attempt finishes the fetch
 * @throws the reason of the signal; an error of the database
 */
export async function fetchSource(
  db: Kysely<Tables>,
  read: ReadSource,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<FetchResult | undefined> {
  const { source } = attempt;
  try {
    const { document, entries, isComplete } = await read(source, signal);
    const articles = foundArticles(entries);
    const { etag, lastModified, status, sentBytes } = document;
    const release = await storing.acquire('', signal);
    const stored = finish(db, attempt, async (trx) => {
      const counts = await storeArticles(trx, source.id, articles);
      await scheduleNext(trx, source, {
        failures: 0,
        nextMs: nextFetchMs(source.interval_minutes, 0),
        // Without validators, the next fetch gets the rest of the document.
        ...(document.isModified && { validators: isComplete ? { etag, lastModified } : { etag: null, lastModified: null } }),
      });
      const outcome = document.isModified ? 'succeeded' : 'not_modified';
      return { outcome, detail: movedDetail(document), http_status: status, bytes: sentBytes, found: articles.length, ...counts };
    });
    return await stored.finally(release);
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return finishFailed(db, attempt, failure);
  }
}

/** Finishes a fetch whose attempts all ended without a result. */
export const finishCrashed = (db: Kysely<Tables>, attempt: Attempt) =>
  finishFailed(db, attempt, { reason: 'crashed', message: 'no attempt ended with a result' });
