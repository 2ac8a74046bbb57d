import { failureKinds, ModelError } from './model-error.ts';

export interface BreakerLimits {
  /** Failures in a row after which the circuit opens. */
  readonly failures: number;
  /** Milliseconds until a call may try again. */
  readonly pauseMs: number;
  /** A Retry-After of the provider above `min` opens the circuit for that time, at most for `max`. */
  readonly retryAfterSeconds: { readonly min: number; readonly max: number };
}

/** A failure of the provider, as opposed to one of the request or of this process. */
const isProviderFailure = (error: unknown) => error instanceof ModelError && !error.suspended && failureKinds[error.failure].opensBreaker;

/** Milliseconds of a monotonic clock: changes of the system time have no effect. */
const monotonic = () => performance.now();

/**
 * Opens after some failures in a row; after a pause one call tries again, and its success closes the circuit. It is also open while
 * the provider requires a pause (Retry-After).
 */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #now: () => number;
  #failures = 0;
  #truncations = 0;
  #openUntil: number | undefined;
  #pausedUntil = 0;
  #isTrying = false;
  constructor(limits: BreakerLimits, now = monotonic) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Whether a call would be made now. */
  get isClosed(): boolean {
    return this.#now() >= this.#pausedUntil && (this.#openUntil === undefined || (!this.#isTrying && this.#now() >= this.#openUntil));
  }

  /**
   * Makes a call.
   * @throws {ModelError} `circuit_open`; else as the call does
   */
  async execute<T>(call: () => Promise<T>): Promise<T> {
    if (!this.isClosed) throw this.#rejection();
    const isTrial = this.#openUntil !== undefined;
    if (isTrial) this.#isTrying = true;
    try {
      const result = await call();
      // A call from before the circuit opened says nothing about the present.
      if (isTrial || this.#openUntil === undefined) this.#close();
      return result;
    } catch (error) {
      if (isProviderFailure(error) && (isTrial || this.#openUntil === undefined)) this.#fail(isTrial);
      const { min, max } = this.#limits.retryAfterSeconds;
      const { retryAfterSeconds = 0 } = error instanceof ModelError ? error : {};
      if (retryAfterSeconds > min) this.#pause(Math.min(retryAfterSeconds, max) * 1000);
      throw error;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  /**
   * Records the outcome of a stream that started successfully. `execute` covers the start only: for the whole of a stream, a trial
   * would keep all other calls waiting.
   */
  async watchStream<T>(whole: Promise<T>): Promise<T> {
    try {
      const answer = await whole;
      this.#truncations = 0;
      return answer;
    } catch (error) {
      this.#truncations = isProviderFailure(error) ? this.#truncations + 1 : 0;
      if (this.#truncations >= this.#limits.failures) this.#pause(this.#limits.pauseMs);
      throw error;
    }
  }

  #pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + milliseconds);
  }

  #rejection(): ModelError {
    const waitMs = Math.max(this.#pausedUntil, this.#openUntil ?? 0) - this.#now();
    const retryAfterSeconds = waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined;
    return new ModelError('circuit_open', 'the model failed repeatedly or requires a pause', { retryAfterSeconds });
  }

  #close(): void {
    this.#failures = 0;
    this.#openUntil = undefined;
  }

  #fail(isTrial: boolean): void {
    this.#failures += 1;
    if (isTrial || this.#failures >= this.#limits.failures) this.#openUntil = this.#now() + this.#limits.pauseMs;
  }
}
