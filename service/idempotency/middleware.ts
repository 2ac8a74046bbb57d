import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../../contract/retry.ts';
import { timings } from '../../contract/timings.ts';
import { bodyOf } from '../http/body.ts';
import { type Context, callerOf, disconnectSignal, type Middleware } from '../http/context.ts';
import { Problem, unavailable } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import { createIdempotencyKey, type IdempotencyKey } from './key.ts';
import { type IdempotencyStore, renewalIntervalMs } from './store.ts';
import { addedHeaders, openResponse, type StoredResponse, sealResponse } from './stored-response.ts';

/** 1 to 255 visible characters of ASCII, bare or as a string of RFC 9651. */
const keyForm = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;

/** Largest answer that is kept, in bytes. */
const mostKept = 4 * 1024 * 1024;
/** Longest that a caller waits for the first one's answer, in milliseconds; then 409, before the request itself is given up. */
const patience = (timings.request - 2) * 1000;
/** Pauses between two looks, in milliseconds. */
const pauses: Backoff = { firstMs: 25, longestMs: 400 };

const inFlight = () => new Problem('idempotency_in_flight', { headers: { 'Retry-After': '1' } });

async function slotFor(ctx: Context): Promise<IdempotencyKey> {
  const [, quoted, bare] = keyForm.exec(ctx.get('Idempotency-Key')) ?? [];
  const key = quoted ?? bare;
  if (key === undefined) {
    throw new Problem('invalid_request', { detail: 'Idempotency-Key takes 1 to 255 visible characters without spaces, quotes and \\.' });
  }
  const about = [ctx.path, ctx.querystring, ctx.get('Accept'), ctx.get('Content-Type')];
  return createIdempotencyKey({ callerId: callerOf(ctx).id, endpoint: String(ctx.state.endpoint), key, about, body: await bodyOf(ctx) });
}

/** The answer that is there already, or undefined once it is the claimer's to run the request. */
async function claim(store: IdempotencyStore, slot: IdempotencyKey, owner: string, left: AbortSignal): Promise<StoredResponse | undefined> {
  const end = performance.now() + patience;
  for (let looks = 1; ; looks += 1) {
    const found = await store.claim(slot, owner).catch((error: unknown) => {
      throw unavailable('Idempotency keys cannot be checked now.', 2, error);
    });
    if (found.state === 'claimed') return undefined;
    if (found.state === 'mismatch') throw new Problem('idempotency_mismatch');
    if (found.state === 'done') return openResponse(slot, found.answer);
    const pause = backoffMs(pauses, looks);
    if (performance.now() + pause > end) throw inFlight();
    await sleep(pause, undefined, { signal: left });
  }
}

/** Whether the credential in the body of a kept answer may still be shown to the caller. */
export type ReplayCheck = (ctx: Context, body: Uint8Array) => Promise<boolean>;

function replay(ctx: Context, { status, headers, body }: StoredResponse): void {
  ctx.status = status;
  if (body.length > 0) ctx.body = Buffer.from(body);
  ctx.set({ ...headers, 'Idempotency-Replayed': 'true' });
}

/** The claim on a key while its request runs. */
class Hold {
  readonly #store: IdempotencyStore;
  readonly #slot: IdempotencyKey;
  readonly #owner: string;
  readonly #log: Logger;
  readonly #renewal: NodeJS.Timeout;
  #ended = false;
  constructor(store: IdempotencyStore, slot: IdempotencyKey, owner: string, log: Logger) {
    this.#store = store;
    this.#slot = slot;
    this.#owner = owner;
    this.#log = log;
    this.#renewal = setInterval(() => void store.renew(slot, owner).catch(() => {}), renewalIntervalMs).unref();
  }

  /** Once. Where the answer cannot be kept, the caller gets it all the same: the work is done and paid. */
  async #end(change: () => Promise<void>): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#renewal);
    await change().catch((error: unknown) => this.#log.warn({ error }, 'What became of an Idempotency-Key could not be stored'));
  }
  keep(answer: StoredResponse): Promise<void> {
    if (answer.body.length > mostKept) return this.release();
    return this.#end(() => this.#store.complete(this.#slot, this.#owner, sealResponse(this.#slot, answer)));
  }
  release(): Promise<void> {
    return this.#end(() => this.#store.release(this.#slot, this.#owner));
  }
}

/** Passes a stream on and keeps it when it has come to its good end; one that failed or was left leaves the key free. */
function record(ctx: Context, source: Readable, hold: Hold, head: Omit<StoredResponse, 'body'>): Readable {
  const chunks: Buffer[] = [];
  async function* passed() {
    for await (const chunk of source) {
      chunks.push(Buffer.from(chunk));
      yield chunk;
    }
    if (!ctx.state.streamFailed) await hold.keep({ ...head, body: Buffer.concat(chunks) });
  }
  // Also where it is destroyed before anybody has read of it.
  return Readable.from(passed()).once('close', () => {
    source.destroy();
    void hold.release();
  });
}

async function run(ctx: Context, next: () => Promise<unknown>, hold: Hold): Promise<void> {
  const before = ctx.res.getHeaders();
  try {
    await next();
  } catch (error) {
    await hold.release();
    throw error;
  }
  const { status, body } = ctx;
  const head = { status, headers: addedHeaders(before, ctx.res.getHeaders()) };
  // Nothing was created or spent: the same key may be tried again, with a better body too.
  if (status < 200 || status >= 300) return hold.release();
  if (body instanceof Readable) ctx.body = record(ctx, body, hold, head);
  else await hold.keep({ ...head, body: Buffer.from(typeof body === 'string' ? body : '') });
}

/**
 * Honours `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key and request of a caller get the same
 * bytes for 24 hours, from every replica, also while the first one runs; another request 422. Only successes are kept.
 * Without the database: 503, since nobody could tell whether it ran.
 * @param isCurrent for answers that hold a credential: if it is no longer valid, the answer is 410 instead
 */
export function idempotency(store: IdempotencyStore, log: Logger, isCurrent?: ReplayCheck): Middleware {
  return async function idempotency(ctx, next) {
    if (ctx.req.headers['idempotency-key'] === undefined) return next();
    const slot = await slotFor(ctx);
    const owner = randomUUID();
    const answer = await claim(store, slot, owner, disconnectSignal(ctx));
    if (answer !== undefined) {
      if (isCurrent !== undefined && !(await isCurrent(ctx, answer.body))) throw new Problem('credential_gone');
      return replay(ctx, answer);
    }
    ctx.state.storesResponse = true;
    return run(ctx, next, new Hold(store, slot, owner, log));
  };
}
