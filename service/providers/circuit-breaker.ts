export interface BreakerLimits {
  /** Failures in a row after which the circuit opens. */
  readonly failures: number;
  /** Milliseconds until a call may try again. */
  readonly pauseMs: number;
}

/** A call that was not made: the circuit is open. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

/** Milliseconds of a monotonic clock. */
const monotonic = () => performance.now();

/**
 * Opens after some failures in a row; after a pause one call tries again, and its success closes the circuit. The pause is measured
 * by the monotonic clock: a clock that is set neither lengthens nor ends it.
 */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #now: () => number;
  #failures = 0;
  #openUntil: number | undefined;
  #isTrying = false;
  constructor(limits: BreakerLimits, now = monotonic) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Whether a call would be made now. */
  get isHealthy(): boolean {
    return this.#openUntil === undefined || (!this.#isTrying && this.#now() >= this.#openUntil);
  }

  /**
   * Makes a call. `isFailure` selects the errors that mean that the other side fails; the circuit ignores all others.
   * @throws {CircuitOpenError} if the circuit is open; else as the call does
   */
  async execute<T>(call: () => Promise<T>, isFailure: (error: unknown) => boolean): Promise<T> {
    if (!this.isHealthy) throw new CircuitOpenError('the circuit is open');
    const isTrial = this.#openUntil !== undefined;
    if (isTrial) this.#isTrying = true;
    try {
      const result = await call();
      // A call from before the circuit opened says nothing of now.
      if (isTrial || this.#openUntil === undefined) this.#close();
      return result;
    } catch (error) {
      if (isFailure(error) && (isTrial || this.#openUntil === undefined)) this.#fail(isTrial);
      throw error;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
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
