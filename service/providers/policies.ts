import { DelegateBackoff, handleWhen, type IRetryBackoffContext, retry } from 'cockatiel';
import { withDeadline } from '../runtime/deadline.ts';
import { BulkheadRejectedError, FairLimiter, type LimiterOptions, type Turn } from '../runtime/fair-limiter.ts';
import { type BreakerLimits, CircuitBreaker, CircuitOpenError } from './circuit-breaker.ts';
import { ModelError, type ModelFailure } from './model.ts';
import type { StreamLimits } from './streaming.ts';

export interface Resilience extends StreamLimits, LimiterOptions {
  /** Longest that a call may take: attempts, pauses between them and the wait for a place; of a stream: until it starts. */
  readonly totalSeconds: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly firstBackoffMs: number;
  /** Whether a time-out is worth another attempt; not where another model can answer in that time. */
  readonly retryTimeouts: boolean;
  /**
   * Longest that a call waits for a provider's Retry-After. A longer one ends the call at once, so that another model may answer,
   * and the endpoint is left alone so long, but no longer than `most`.
   */
  readonly retryAfterSeconds: { readonly wait: number; readonly most: number };
  readonly breaker: BreakerLimits;
}

/** Worth another try: the next attempt may well succeed. */
const passing: readonly ModelFailure[] = ['timeout', 'overloaded', 'unreachable'];
const isPassing = (error: unknown): error is ModelError => error instanceof ModelError && passing.includes(error.failure);
/** Whether an error says that the provider fails. One of an attempt during which this process did not run says nothing of it. */
const isTrouble = (error: unknown) =>
  error instanceof ModelError && !error.suspended && (passing.includes(error.failure) || error.failure === 'cut');

/** What a policy threw as a failure of the model. */
export function asModelError(error: unknown): unknown {
  if (error instanceof CircuitOpenError)
    return new ModelError('overloaded', 'the endpoint failed repeatedly and is left alone for a while', { cause: error });
  return error instanceof BulkheadRejectedError ? new ModelError('overloaded', error.message, { cause: error }) : error;
}

const longestBackoffMs = 2000;

/** Full jitter, on top of what the provider asked for in Retry-After. */
const backoff = (firstMs: number) =>
  new DelegateBackoff(({ attempt, result }: IRetryBackoffContext<unknown>) => {
    const asked = 'error' in result && result.error instanceof ModelError ? (result.error.retryAfterSeconds ?? 0) : 0;
    return asked * 1000 + Math.random() * Math.min(longestBackoffMs, firstMs * 2 ** (attempt - 1));
  });

type Run<T> = (signal: AbortSignal) => Promise<T>;

/** What stands around the calls of one model. */
export function createPolicies(options: Resilience) {
  const { totalSeconds, retries, retryTimeouts, firstBackoffMs, breaker } = options;
  const { wait, most } = options.retryAfterSeconds;
  const again = handleWhen(
    (error) => isPassing(error) && (error.retryAfterSeconds ?? 0) <= wait && (error.failure !== 'timeout' || retryTimeouts),
  );
  const circuit = new CircuitBreaker(breaker);
  const bulkhead = new FairLimiter(options);
  // By the monotonic clock, as all durations.
  let restUntil = 0;
  let cuts = 0;
  const restFor = (milliseconds: number) => {
    restUntil = Math.max(restUntil, performance.now() + milliseconds);
  };
  const restLeftMs = () => restUntil - performance.now();
  // A pause whose caller has left must not keep the process alive.
  const retrying = retry(again, { maxAttempts: retries, backoff: backoff(firstBackoffMs) }).dangerouslyUnref();
  return {
    /** Runs a call that may need several attempts. Neither a pause nor the wait for a slot is longer than the call may take. */
    call: <T>(run: Run<T>, signal: AbortSignal): Promise<T> =>
      withDeadline(
        totalSeconds * 1000,
        (limited) => retrying.execute((context) => run(context.signal), limited),
        signal,
        () => new ModelError('timeout', 'the endpoint did not answer in time'),
      ),
    /** Runs what needs one of the slots for calls at once, which callers have in turn. */
    inTurn: <T>(turn: Turn, run: () => Promise<T>, signal: AbortSignal): Promise<T> => bulkhead.run(turn, run, signal),
    /** Runs one attempt of a call, or refuses to, and learns from what becomes of it. */
    async attempt<T>(run: Run<T>, signal: AbortSignal): Promise<T> {
      const resting = restLeftMs();
      if (resting > 0) {
        throw new ModelError('overloaded', 'the endpoint is left alone for a while', { retryAfterSeconds: Math.ceil(resting / 1000) });
      }
      try {
        return await circuit.execute(() => run(signal), isTrouble);
      } catch (error) {
        const { retryAfterSeconds = 0 } = error instanceof ModelError ? error : {};
        if (retryAfterSeconds > wait) restFor(Math.min(retryAfterSeconds, most) * 1000);
        throw error;
      }
    },
    /**
     * Learns how a stream ended that had begun well. The breaker knows of its beginning only: over the whole of a stream it would
     * keep all others waiting while it tries a model again.
     */
    ended(error?: unknown): void {
      cuts = isTrouble(error) ? cuts + 1 : 0;
      if (cuts >= breaker.failures) restFor(breaker.pauseMs);
    },
    healthy: () => restLeftMs() <= 0 && circuit.isHealthy,
  };
}
