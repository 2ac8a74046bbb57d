import { LRUCache } from 'lru-cache';

export interface LimiterOptions {
  /** Calls that run at once. */
  readonly concurrency: number;
  /** Calls of one caller that may wait. */
  readonly queue: number;
  /** Maximum wait in milliseconds; default: none. */
  readonly maxWaitMs?: number;
}

/** Why a call did not get a slot. */
export type Rejection = 'queue full' | 'waited too long';

/** Callers whose last turn is remembered. A forgotten one counts as new: all others had a turn since. */
const rememberedCallers = 10_000;

/**
 * Limits how many calls run at once and shares the slots fairly between callers: the next slot goes to the waiting caller whose last
 * turn is the longest ago, and to the oldest of its calls. So a call waits for at most one turn of each other caller per call that its
 * own caller queued before it, however many calls the others have sent.
 */
export class FairLimiter {
  readonly #options: LimiterOptions;
  readonly #errorFor: (rejection: Rejection) => Error;
  /** The waiting calls of each caller, in the order in which the callers started to wait. */
  readonly #queues = new Map<string, (() => void)[]>();
  /** Number of a caller's last turn. */
  readonly #lastTurn = new LRUCache<string, number>({ max: rememberedCallers });
  #turns = 0;
  #running = 0;
  constructor(options: LimiterOptions, errorFor: (rejection: Rejection) => Error) {
    this.#options = options;
    this.#errorFor = errorFor;
  }

  get running(): number {
    return this.#running;
  }
  get waiting(): number {
    return this.#queues.values().reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Takes a slot as soon as one is free.
   * @returns releases it
   * @throws what `errorFor` makes if too many calls of this caller wait or the wait was too long; the reason of `signal`
   */
  async acquire(caller: string, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#running < this.#options.concurrency) this.#take(caller);
    else await this.#wait(caller, signal);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#running -= 1;
      this.#startNext();
    };
  }

  #take(caller: string): void {
    this.#running += 1;
    this.#lastTurn.set(caller, this.#turns++);
  }

  #wait(caller: string, signal: AbortSignal | undefined): Promise<void> {
    const { queue, maxWaitMs } = this.#options;
    const waiting = this.#queues.get(caller) ?? [];
    if (waiting.length >= queue) return Promise.reject(this.#errorFor('queue full'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (reason: unknown) => {
      this.#remove(caller, resolve);
      reject(reason);
    };
    const aborted = () => leave(signal?.reason);
    const timer = maxWaitMs === undefined ? undefined : setTimeout(() => leave(this.#errorFor('waited too long')), maxWaitMs).unref();
    signal?.addEventListener('abort', aborted, { once: true });
    waiting.push(resolve);
    this.#queues.set(caller, waiting);
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    });
  }

  #remove(caller: string, start: () => void): void {
    const left = this.#queues.get(caller)?.filter((each) => each !== start) ?? [];
    if (left.length > 0) this.#queues.set(caller, left);
    else this.#queues.delete(caller);
  }

  /** Gives a free slot to the caller that has had none for the longest time. */
  #startNext(): void {
    const turnOf = (caller: string) => this.#lastTurn.peek(caller) ?? -1;
    let next: string | undefined;
    for (const caller of this.#queues.keys()) if (next === undefined || turnOf(caller) < turnOf(next)) next = caller;
    const [start] = (next !== undefined && this.#queues.get(next)) || [];
    if (next === undefined || start === undefined) return;
    this.#remove(next, start);
    this.#take(next);
    start();
  }
}
