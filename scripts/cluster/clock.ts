import { setTimeout as delay } from 'node:timers/promises';

/** Clock and timer; tests use a virtual one. */
export interface Clock {
  /** Milliseconds of a monotonic clock. */
  ms(): number;
  /** This machine's wall clock. */
  now(): Date;
  /** @throws the reason of the signal if it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  ms: () => performance.now(),
  now: () => new Date(),
  async sleep(ms, signal) {
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  },
};

/** End of an activity. Time that does not belong to the activity, such as waiting for another deploy, extends it. */
export class Deadline {
  #seconds: number;
  readonly #clock: Clock;
  #endMs: number;
  constructor(clock: Clock, seconds: number) {
    this.#seconds = seconds;
    this.#clock = clock;
    this.#endMs = clock.ms() + seconds * 1000;
  }
  /** Configured duration. */
  get seconds(): number {
    return this.#seconds;
  }
  /** The configured duration becomes longer; a shorter one is ignored. */
  extendTo(seconds: number): void {
    const more = Math.max(0, seconds - this.#seconds);
    this.#seconds += more;
    this.#endMs += more * 1000;
  }
  /** Never negative. */
  get msLeft(): number {
    return Math.max(0, this.#endMs - this.#clock.ms());
  }
  get secondsLeft(): number {
    return this.msLeft / 1000;
  }
  get isOver(): boolean {
    return this.msLeft === 0;
  }
  /** Runs work whose duration does not count. */
  async paused<T>(work: () => Promise<T>): Promise<T> {
    const startMs = this.#clock.ms();
    try {
      return await work();
    } finally {
      this.#endMs += this.#clock.ms() - startMs;
    }
  }
}

/**
 * Runs work with a timeout, after which its signal is aborted and its result is ignored.
 * @throws {DOMException} `TimeoutError`
 */
export async function withTimeout<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const done = new AbortController();
  const expiry = clock.sleep(ms, done.signal).then(() => {
    const error = new DOMException(`no response within ${Math.round(ms / 100) / 10} s`, 'TimeoutError');
    timeout.abort(error);
    throw error;
  });
  // The sleep rejects once the work is done; the rejection is ignored.
  expiry.catch(() => {});
  try {
    return await Promise.race([work(timeout.signal), expiry]);
  } finally {
    done.abort();
  }
}
