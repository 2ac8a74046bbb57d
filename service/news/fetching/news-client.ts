import type { Kysely } from 'kysely';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { retryAfterSeconds } from '../../../contract/retry.ts';
import type { Tables } from '../../database/tables.ts';
import { type Exchange, type ExchangeLimits, exchange, headerOf } from '../../outbound/exchange.ts';
import { checkUrl } from '../../outbound/guard.ts';
import type { Network } from '../../outbound/network.ts';
import { type DocumentKind, documentRules, isExpectedType } from './document-kinds.ts';
import { FetchError, fetchErrorOf } from './fetch-error.ts';
import { createHostRobots } from './host-robots.ts';
import { createHosts, findRobots, type HostTimes, hostOf } from './hosts.ts';
import { isPermanent, redirectStatuses, schemes } from './redirects.ts';
import { crawlDelayOf, maxRobotsBytes, productToken, rulesFor } from './robots.ts';

const maxRedirects = 3;
/** Longest pause of a Retry-After that is obeyed: a week. */
const longestPauseMs = 604_800_000;

export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface DocumentRequest {
  readonly kind: DocumentKind;
  /** Of the response that is known: the server may return 304. */
  readonly validators?: Validators;
  readonly signal: AbortSignal;
}

export interface FetchedDocument extends Validators {
  readonly status: number;
  readonly isModified: boolean;
  /** After redirects. */
  readonly url: string;
  /** The URL from now on, if the host moved the document permanently. */
  readonly movedTo: string | undefined;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Bytes as sent. */
  readonly sentBytes: number;
  readonly headers: IncomingHttpHeaders;
}

interface NewsClientOptions {
  readonly db: Kysely<Tables>;
  readonly network: Network;
  readonly times: HostTimes;
  readonly limits: ExchangeLimits;
  /** NEWS_CONTACT: a mailto: or https: URL. */
  readonly contact: string | undefined;
}

/** What a host requested to wait. */
function pauseOf(response: Exchange): number | undefined {
  if (response.status !== 429 && response.status !== 503) return undefined;
  const seconds = retryAfterSeconds(headerOf(response, 'retry-after'), Date.now());
  return seconds === undefined ? undefined : Math.min(seconds * 1000, longestPauseMs);
}

/** @throws {FetchError} unless the response is the document, or says that it has not changed */
function checkStatus({ status }: Exchange, isConditional: boolean, pauseMs: number | undefined): void {
  if (status === 200 || (status === 304 && isConditional)) return;
  const pause = pauseMs === undefined ? {} : { pauseMs };
  const [reason, message] =
    status === 429 || pauseMs !== undefined
      ? (['rate_limited', `the host returned the status ${status}`] as const)
      : status === 410
        ? (['gone', 'the host returned the status 410'] as const)
        : (['http_status', `the host returned the status ${status}`] as const);
  throw new FetchError(reason, message, { httpStatus: status, ...pause });
}

function validatorHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return { ...(etag !== null && { 'If-None-Match': etag }), ...(lastModified !== null && { 'If-Modified-Since': lastModified }) };
}

/**
 * Requests documents of untrusted hosts as a polite robot: each request, also of a redirect, goes to a public address that robots.txt allows,
 * after the delay of its host, within limits of size and time.
 */
export function createNewsClient({ db, network, times, limits, contact }: NewsClientOptions) {
  const hosts = createHosts(db, times);
  const agent = (signal: AbortSignal) => ({ network, limits, signal, headers: { 'User-Agent': `${productToken}/4 (+${contact})` } });

  /** Sends one request when its host is free; undefined if it is not needed any more then. */
  async function send(url: URL, request: Parameters<typeof exchange>[1], robotsUrl?: URL, isNeeded?: () => Promise<boolean>) {
    const lease = await hosts.lease(hostOf(url), request.signal);
    let pauseMs = times.delayMs;
    try {
      if (isNeeded !== undefined && !(await isNeeded())) {
        pauseMs = 0;
        return undefined;
      }
      const known = await findRobots(db, hostOf(url));
      const response = await exchange(url, request);
      const robots = robotsUrl === undefined ? known : { status: response.status, text: response.bytes.toString('utf8') };
      const delaySeconds = robots === undefined ? 0 : crawlDelayOf(robots);
      pauseMs = Math.max(times.delayMs, delaySeconds * 1000, pauseOf(response) ?? 0);
      return response;
    } finally {
      await lease.release(pauseMs);
    }
  }
  const robotsLimits: ExchangeLimits = { ...limits, maxDecodedBytes: maxRobotsBytes, truncates: true };
  const robots = createHostRobots({
    db,
    network,
    send: (url, isNeeded, signal) =>
      send(url, { ...agent(signal), limits: robotsLimits, wantsBody: ({ status }) => status === 200 }, url, isNeeded),
  });

  /** @throws {FetchError} robots, robots_unreachable */
  async function requirePermission(url: URL, signal: AbortSignal): Promise<void> {
    const file = await robots.of(url, signal);
    const { verdict } = rulesFor(url, file);
    if (verdict === 'robots_disallowed') throw new FetchError('robots', `robots.txt of ${url.host} forbids ${url.pathname}`);
    if (verdict === 'robots_unreachable') {
      const { status } = file;
      throw new FetchError(
        'robots_unreachable',
        `robots.txt of ${url.host} cannot be read: ${status === null ? 'no response' : `the status ${status}`}`,
      );
    }
  }

  async function follow(
    first: URL,
    { kind, validators = { etag: null, lastModified: null }, signal }: DocumentRequest,
  ): Promise<FetchedDocument> {
    const conditions = validatorHeaders(validators);
    const request = agent(signal);
    const headers = { ...request.headers, Accept: documentRules[kind].accept, ...conditions };
    let [url, movedTo, isMoving] = [first, undefined as string | undefined, true];
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      await requirePermission(url, signal);
      const wantsBody = (head: Pick<Exchange, 'status' | 'headers'>) =>
        head.status === 200 && isExpectedType(kind, headerOf(head, 'content-type'));
      const response = await send(url, { ...request, headers, wantsBody });
      if (response === undefined) throw new Error('a needed request was not sent');
      const contentType = headerOf(response, 'content-type');
      if (redirectStatuses.includes(response.status)) {
        url = checkUrl(headerOf(response, 'location'), network, schemes, url);
        isMoving &&= isPermanent(response.status);
        if (isMoving) movedTo = url.href;
        continue;
      }
      checkStatus(response, Object.keys(conditions).length > 0, pauseOf(response));
      const { status, bytes, sentBytes } = response;
      if (status === 200 && !isExpectedType(kind, contentType))
        throw new FetchError('content_type', `the type is ${contentType}`, { httpStatus: status });
      return {
        status,
        isModified: status === 200,
        url: url.href,
        movedTo,
        contentType,
        bytes,
        sentBytes,
        etag: headerOf(response, 'etag') || null,
        lastModified: headerOf(response, 'last-modified') || null,
        headers: response.headers,
      };
    }
    throw new FetchError('redirects', `there are more than ${maxRedirects} redirects`);
  }

  return {
    /** @throws {FetchError}; the reason of the signal; an error of the database */
    async get(url: string, request: DocumentRequest): Promise<FetchedDocument> {
      if (contact === undefined) throw new FetchError('no_contact', 'NEWS_CONTACT is not set');
      try {
        return await follow(checkUrl(url, network, schemes), request);
      } catch (error) {
        throw fetchErrorOf(error) ?? error;
      }
    },
  };
}
export type NewsClient = ReturnType<typeof createNewsClient>;
