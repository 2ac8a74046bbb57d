import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { startDeadline } from '../runtime/deadline.ts';
import { acceptedEncodings, type BodyLimits, readBody } from './body.ts';
import { ExchangeError, toExchangeError } from './exchange-error.ts';
import { guardedAgent } from './guard.ts';
import type { Network } from './network.ts';

export interface ExchangeLimits extends BodyLimits {
  /** Maximum time of the request, in milliseconds. */
  readonly totalMs: number;
  /** Maximum time without a byte, and until the connection is open, in milliseconds. */
  readonly idleMs: number;
}

export interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}
export interface Exchange extends Head {
  readonly bytes: Buffer;
  readonly sentBytes: number;
}

export interface ExchangeOptions {
  readonly network: Network;
  readonly limits: ExchangeLimits;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the body is read; it may throw an ExchangeError. */
  readonly wantsBody: (head: Head) => boolean;
  readonly signal: AbortSignal;
}

export const headerOf = ({ headers }: Head, name: string): string => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

/**
 * Sends one GET over a connection of its own, without cookies; redirects are not followed.
 * @param url one that `checkUrl` returned
 * @throws {ExchangeError}; the reason of the signal
 */
export async function exchange(url: URL, { network, limits, headers, wantsBody, signal }: ExchangeOptions): Promise<Exchange> {
  const { totalMs, idleMs } = limits;
  const late = new AbortController();
  const cancel = startDeadline(totalMs, () => late.abort(new ExchangeError('timeout', `no complete response within ${totalMs / 1000} s`)));
  const agent = guardedAgent(network, { headersTimeout: idleMs, bodyTimeout: idleMs }, idleMs);
  try {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { 'Accept-Encoding': acceptedEncodings, ...headers },
      signal: AbortSignal.any([signal, late.signal]),
    });
    const { statusCode: status, headers: received, body } = response;
    // A body that is not read to its end fails when the agent closes the connection.
    body.on('error', () => {});
    const head = { status, headers: received };
    if (!wantsBody(head)) return { ...head, bytes: Buffer.alloc(0), sentBytes: 0 };
    return { ...head, ...(await readBody(body, headerOf(head, 'content-encoding'), limits)) };
  } catch (error) {
    signal.throwIfAborted();
    throw toExchangeError(late.signal.aborted ? late.signal.reason : error);
  } finally {
    cancel();
    void agent.destroy();
  }
}
