import { LRUCache } from 'lru-cache';

export interface LimiterOptions {
  /** Calls that run at once. */
  readonly concurrency: number;
  /** Calls of one caller that may wait. */
  readonly queue: number;
  /** Longest wait, in milliseconds. */
  readonly maxWaitMs: number;
}

/** A call that was not started: its caller's queue is full, or it waited too long. */
export class BulkheadRejectedError extends Error {
  override readonly name = 'BulkheadRejectedError';
}

/** Whose turn a call takes; `waited` is called with the milliseconds that it waited, whether its turn came or not. */
export interface Turn {
  readonly caller: string;
  readonly waited?: (milliseconds: number) => void;
}

interface Waiter {
  readonly start: () => void;
}

/** Callers whose last turn is remembered. A forgotten one counts as new, which is what it nearly is: all others had a turn since. */
const rememberedCallers = 10_000;

/**
 * Limits how many calls run at once and shares the free slots between callers. The next slot goes to the waiting caller whose last
 * turn is the longest ago, and among the calls of one caller to the oldest. So a call waits for at most one turn of every other
 * caller for each call that its own caller has in the queue up to it, however many calls the others have sent.
 */
export class FairLimiter {
  readonly #limits: LimiterOptions;
  /** Callers that wait, in the order in which they began to. */
  readonly #queues = new Map<string, Waiter[]>();
  /** Number of a caller's last turn. */
  readonly #lastTurn = new LRUCache<string, number>({ max: rememberedCallers });
  #turns = 0;
  #running = 0;
  constructor(limits: LimiterOptions) {
    this.#limits = limits;
  }

  /** Calls that run now. */
  get running(): number {
    return this.#running;
  }
  /** Calls that wait now. */
  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Runs `work` as soon as a slot is free; the slot is free again when `work` ends, however it ends.
   * @throws {BulkheadRejectedError} if too many calls of this caller wait, or the wait was too long
   * @throws the reason of `signal` if it aborts during the wait
   */
  async run<T>({ caller, waited }: Turn, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#running < this.#limits.concurrency) this.#take(caller);
    else {
      const from = performance.now();
      await this.#wait(caller, signal).finally(() => waited?.(performance.now() - from));
    }
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  #take(caller: string): void {
    this.#running += 1;
    this.#lastTurn.set(caller, this.#turns++);
  }

  #wait(caller: string, signal: AbortSignal): Promise<void> {
    const queue = this.#queues.get(caller) ?? [];
    if (queue.length >= this.#limits.queue) return Promise.reject(new BulkheadRejectedError('too many calls of the caller are waiting'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { start: resolve };
    const leave = (reason: unknown) => {
      this.#remove(caller, waiter);
      reject(reason);
    };
    const aborted = () => leave(signal.reason);
    const timer = setTimeout(
      () => leave(new BulkheadRejectedError('the call waited too long for its turn')),
      this.#limits.maxWaitMs,
    ).unref();
    signal.addEventListener('abort', aborted, { once: true });
    queue.push(waiter);
    this.#queues.set(caller, queue);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    });
  }

  #remove(caller: string, waiter: Waiter): void {
    const left = this.#queues.get(caller)?.filter((each) => each !== waiter) ?? [];
    if (left.length > 0) this.#queues.set(caller, left);
    else this.#queues.delete(caller);
  }

  /** Gives a free slot to the caller that has had none for the longest time. */
  #startNext(): void {
    const turnOf = (caller: string) => this.#lastTurn.peek(caller) ?? -1;
    let next: string | undefined;
    for (const caller of this.#queues.keys()) if (next === undefined || turnOf(caller) < turnOf(next)) next = caller;
    const [waiter] = (next !== undefined && this.#queues.get(next)) || [];
    if (next === undefined || waiter === undefined) return;
    this.#remove(next, waiter);
    this.#take(next);
    waiter.start();
  }
}
