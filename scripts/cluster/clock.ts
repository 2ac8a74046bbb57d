import { setTimeout as delay } from 'node:timers/promises';

/** Time as the release tool measures it and waits for it; tests pass a virtual one. */
export interface Clock {
  /** Milliseconds of a monotonic clock; only differences mean something. */
  ms(): number;
  /** This machine's wall clock. */
  now(): Date;
  /** @throws the reason of the signal once it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  ms: () => performance.now(),
  now: () => new Date(),
  async sleep(ms, signal) {
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
  },
};

/** The end of an activity. It moves when time passes that is not the activity's own, such as waiting for another deploy. */
export class Deadline {
  /** Length of the activity as it was asked for. */
  readonly seconds: number;
  readonly #clock: Clock;
  #endMs: number;
  constructor(clock: Clock, seconds: number) {
    this.seconds = seconds;
    this.#clock = clock;
    this.#endMs = clock.ms() + seconds * 1000;
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
  /** Runs work whose time does not count. */
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
 * Gives work so many milliseconds. Its signal is aborted when they are over; the result is not awaited any longer, whether the work obeys or not.
 * @throws {DOMException} `TimeoutError`
 */
export async function withTimeout<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  const expiry = clock.sleep(ms, done.signal).then(() => {
    const error = new DOMException(`no answer within ${Math.round(ms / 100) / 10} s`, 'TimeoutError');
    late.abort(error);
    throw error;
  });
  // After the work is done the sleep ends with an error, which is ignored.
  expiry.catch(() => {});
  try {
    return await Promise.race([work(late.signal), expiry]);
  } finally {
    done.abort();
  }
}
