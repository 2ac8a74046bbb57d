import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../../contract/retry.ts';
import { timings } from '../../contract/timings.ts';
import { bodyOf } from '../http/body.ts';
import { type Context, callerOf, disconnectSignal, type Middleware } from '../http/context.ts';
import { withoutBoundary } from '../http/multipart.ts';
import { Problem, unavailable } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import { createIdempotencyKey, type IdempotencyKey } from './key.ts';
import { type IdempotencyStore, renewalIntervalMs } from './store.ts';
import { addedHeaders, openResponse, type StoredResponse, sealResponse } from './stored-response.ts';

/** 1 to 255 visible ASCII characters, bare or as a string of RFC 9651. */
const keyForm = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;

/** Maximum size of a stored response, in bytes. */
const maxStoredBytes = 4 * 1024 * 1024;
/** Maximum time that a request waits for the response of the first one, in milliseconds; shorter than the timeout of requests. */
const maxWaitMs = (timings.request - 2) * 1000;
/** Pauses between two checks, in milliseconds. */
const pauses: Backoff = { firstMs: 25, longestMs: 400 };

const inFlight = () => new Problem('idempotency_in_flight', { headers: { 'Retry-After': '1' } });

async function keyOf(ctx: Context): Promise<IdempotencyKey> {
  const [, quoted, bare] = keyForm.exec(ctx.get('Idempotency-Key')) ?? [];
  const key = quoted ?? bare;
  if (key === undefined) {
    throw new Problem('invalid_request', { detail: 'Idempotency-Key takes 1 to 255 visible characters without spaces, quotes and \\.' });
  }
  // A retry of a form has another boundary.
  const { type, body } = withoutBoundary(ctx.get('Content-Type'), await bodyOf(ctx));
  const about = [ctx.path, ctx.querystring, ctx.get('Accept'), type];
  return createIdempotencyKey({ callerId: callerOf(ctx).id, endpoint: String(ctx.state.endpoint), key, about, body });
}

/** The stored response; undefined if the caller has claimed the key and has to process the request. */
async function claim(
  store: IdempotencyStore,
  key: IdempotencyKey,
  owner: string,
  signal: AbortSignal,
): Promise<StoredResponse | undefined> {
  const end = performance.now() + maxWaitMs;
  for (let attempts = 1; ; attempts += 1) {
    const result = await store.claim(key, owner).catch((error: unknown) => {
      throw unavailable('Idempotency keys cannot be checked now.', 2, error);
    });
    if (result.state === 'claimed') return undefined;
    if (result.state === 'mismatch') throw new Problem('idempotency_mismatch');
    if (result.state === 'done') return openResponse(key, result.answer);
    const pause = backoffMs(pauses, attempts);
    if (performance.now() + pause > end) throw inFlight();
    await sleep(pause, undefined, { signal });
  }
}

/** Whether the credential in a stored response is still valid, so that the response may be replayed. */
export type ReplayCheck = (ctx: Context, body: Uint8Array) => Promise<boolean>;

function replay(ctx: Context, { status, headers, body }: StoredResponse): void {
  ctx.status = status;
  if (body.length > 0) ctx.body = Buffer.from(body);
  ctx.set({ ...headers, 'Idempotency-Replayed': 'true' });
}

/** The claim on a key while its request is processed. */
class IdempotencyClaim {
  readonly #store: IdempotencyStore;
  readonly #key: IdempotencyKey;
  readonly #owner: string;
  readonly #log: Logger;
  readonly #renewal: NodeJS.Timeout;
  #ended = false;

  constructor(store: IdempotencyStore, key: IdempotencyKey, owner: string, log: Logger) {
    this.#store = store;
    this.#key = key;
    this.#owner = owner;
    this.#log = log;
    this.#renewal = setInterval(() => void store.renew(key, owner).catch(() => {}), renewalIntervalMs).unref();
  }

  /** Stores the response. If it is too large, releases the key. */
  complete(response: StoredResponse): Promise<void> {
    if (response.body.length > maxStoredBytes) return this.release();
    return this.#end(() => this.#store.complete(this.#key, this.#owner, sealResponse(this.#key, response)));
  }

  release(): Promise<void> {
    return this.#end(() => this.#store.release(this.#key, this.#owner));
  }

  /** Only the first call has an effect. If it fails, the caller still gets the response: the work is done and billed. */
  async #end(change: () => Promise<void>): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#renewal);
    await change().catch((error: unknown) => this.#log.warn({ error }, 'The outcome of an Idempotency-Key could not be stored'));
  }
}

/** Passes a stream on and stores it if it completes. If it fails or the client disconnects, the key is released. */
function record(ctx: Context, source: Readable, idempotencyClaim: IdempotencyClaim, head: Omit<StoredResponse, 'body'>): Readable {
  const chunks: Buffer[] = [];
  async function* passThrough() {
    for await (const chunk of source) {
      chunks.push(Buffer.from(chunk));
      yield chunk;
    }
    if (!ctx.state.streamFailed) await idempotencyClaim.complete({ ...head, body: Buffer.concat(chunks) });
  }
  // Also if the stream is destroyed before it is read.
  return Readable.from(passThrough()).once('close', () => {
    source.destroy();
    void idempotencyClaim.release();
  });
}

async function run(ctx: Context, next: () => Promise<unknown>, idempotencyClaim: IdempotencyClaim): Promise<void> {
  const before = ctx.res.getHeaders();
  try {
    await next();
  } catch (error) {
    await idempotencyClaim.release();
    throw error;
  }
  const { status, body } = ctx;
  const head = { status, headers: addedHeaders(before, ctx.res.getHeaders()) };
  // Nothing was created or billed: the key can be used again, also with another body.
  if (status < 200 || status >= 300) return idempotencyClaim.release();
  if (body instanceof Readable) ctx.body = record(ctx, body, idempotencyClaim, head);
  else await idempotencyClaim.complete({ ...head, body: Buffer.from(typeof body === 'string' ? body : '') });
}

/**
 * Implements `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): for 24 hours, every replica returns the same bytes for the
 * same key and request of a caller, also while the first request is running, and 422 for another request. Only successful responses are
 * stored. While the database is down it returns 503, because it cannot know whether the request was processed.
 * @param isReplayable for responses with a credential: if it is no longer valid, the response is 410
 */
export function idempotency(store: IdempotencyStore, log: Logger, isReplayable?: ReplayCheck): Middleware {
  return async function idempotency(ctx, next) {
    if (ctx.req.headers['idempotency-key'] === undefined) return next();
    const key = await keyOf(ctx);
    const owner = randomUUID();
    const response = await claim(store, key, owner, disconnectSignal(ctx));
    if (response !== undefined) {
      if (isReplayable !== undefined && !(await isReplayable(ctx, response.body))) throw new Problem('credential_gone');
      return replay(ctx, response);
    }
    ctx.state.storesResponse = true;
    return run(ctx, next, new IdempotencyClaim(store, key, owner, log));
  };
}
