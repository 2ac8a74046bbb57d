import type { Kysely } from 'kysely';
import type { FetchReason, SourceKind } from '../../../contract/news.ts';
import { timings } from '../../../contract/timings.ts';
import type { Tables } from '../../database/tables.ts';
import { deadlineSignal } from '../../runtime/deadline.ts';
import { FetchError, fetchErrorOf } from '../fetching/fetch-error.ts';
import type { FetchedDocument, NewsClient } from '../fetching/news-client.ts';
import type { ParseDocument } from '../fetching/read-source.ts';
import { type ParsedDocument, ParseError } from '../parsing/document.ts';
import type { Selectors } from '../parsing/selectors.ts';
import type { ReservationFinding } from './compliance.ts';
import { knownRobots, type RobotsFacts } from './known-robots.ts';
import { reservationOf } from './reservation.ts';

/** Shorter than the time limit of the request that waits for it, in milliseconds. */
const maxProbeMs = (timings.request - 2) * 1000;

export interface ProbeTarget {
  readonly url: string;
  readonly kind: SourceKind;
  readonly selectors: Selectors | null;
}

interface ProbeProblem {
  readonly reason: FetchReason;
  readonly message: string;
}

/** What one request found. */
export interface ProbeResult extends RobotsFacts {
  readonly reservation: ReservationFinding;
  readonly document?: FetchedDocument & ParsedDocument;
  readonly problem?: ProbeProblem;
}

/** Reads robots.txt and, if it allows the URL, requests the document once. */
export type Probe = (target: ProbeTarget, signal: AbortSignal) => Promise<ProbeResult>;

interface ProbeOptions {
  readonly db: Kysely<Tables>;
  readonly client: NewsClient;
  readonly parse: ParseDocument;
}

function problemOf(error: unknown): ProbeProblem {
  if (error instanceof ParseError) return { reason: error.code === 'too_large' ? 'too_large' : 'malformed', message: error.message };
  const failure = fetchErrorOf(error);
  if (failure === undefined) throw error;
  return { reason: failure.reason, message: failure.message };
}

export function createProbe({ db, client, parse }: ProbeOptions): Probe {
  async function read({ url, kind, selectors }: ProbeTarget, signal: AbortSignal): Promise<Omit<ProbeResult, keyof RobotsFacts>> {
    let reservation: ReservationFinding = 'unknown';
    try {
      const fetched = await client.get(url, { kind, signal });
      reservation = reservationOf(fetched.headers);
      return { reservation, document: { ...fetched, ...(await parse(fetched, { kind, selectors }, signal)) } };
    } catch (error) {
      return { reservation, problem: problemOf(signal.aborted ? signal.reason : error) };
    }
  }
  return async (target, signal) => {
    const late = deadlineSignal(maxProbeMs, () => new FetchError('timeout', `there was no result within ${maxProbeMs / 1000} s`));
    const result = await read(target, AbortSignal.any([signal, late]));
    return { ...result, ...(await knownRobots(db, target.url)) };
  };
}
