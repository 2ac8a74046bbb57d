import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { ModelError, type ModelFailure } from './model.ts';
import type { StreamLimits } from './streaming.ts';

export interface Resilience extends StreamLimits {
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
  /** Failures in a row after which the endpoint is left alone, and for how long. */
  readonly breaker: { readonly failures: number; readonly pauseMs: number };
  /** Calls at once, and how many may wait for a place. */
  readonly concurrency: number;
  readonly queue: number;
}

/** Worth another try: the next attempt may well succeed. */
const passing: readonly ModelFailure[] = ['timeout', 'overloaded', 'unreachable'];
const isPassing = (error: unknown): error is ModelError => error instanceof ModelError && passing.includes(error.failure);
const isTrouble = (error: unknown) => isPassing(error) || (error instanceof ModelError && error.failure === 'cut');

/** What a policy threw as a failure of the model. */
export function asModelError(error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return new ModelError('overloaded', 'the endpoint failed repeatedly and is left alone for a while', { cause: error });
  if (error instanceof BulkheadRejectedError)
    return new ModelError('overloaded', 'too many calls are waiting for the endpoint', { cause: error });
  if (error instanceof TaskCancelledError) return new ModelError('timeout', 'the endpoint did not answer in time', { cause: error });
  return error;
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
  const { totalSeconds, retries, retryTimeouts, firstBackoffMs, breaker, concurrency, queue } = options;
  const { wait, most } = options.retryAfterSeconds;
  const again = handleWhen(
    (error) => isPassing(error) && (error.retryAfterSeconds ?? 0) <= wait && (error.failure !== 'timeout' || retryTimeouts),
  );
  const circuit = circuitBreaker(handleWhen(isTrouble), {
    halfOpenAfter: breaker.pauseMs,
    breaker: new ConsecutiveBreaker(breaker.failures),
  });
  let openUntil = 0;
  circuit.onBreak(() => {
    openUntil = Date.now() + breaker.pauseMs;
  });
  let restUntil = 0;
  let cuts = 0;
  const isResting = () => Date.now() < restUntil;
  const around = wrap(
    // Around everything: neither a pause nor the wait for a place ends by itself when the caller leaves.
    timeout(totalSeconds * 1000, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
    // A pause whose caller has left must not keep the process alive.
    retry(again, { maxAttempts: retries, backoff: backoff(firstBackoffMs) }).dangerouslyUnref(),
  );
  const places = bulkhead(concurrency, queue);
  return {
    /** Runs a call that may need several attempts. */
    call: <T>(run: Run<T>, signal: AbortSignal): Promise<T> => around.execute((context) => run(context.signal), signal),
    /** Runs what needs a place among those that are at work at once. */
    inPlace: <T>(run: Run<T>, signal: AbortSignal): Promise<T> => places.execute((context) => run(context.signal), signal),
    /** Runs one attempt of a call, or refuses to, and learns from what becomes of it. */
    async attempt<T>(run: Run<T>, signal: AbortSignal): Promise<T> {
      if (isResting()) {
        const retryAfterSeconds = Math.ceil((restUntil - Date.now()) / 1000);
        throw new ModelError('overloaded', 'the endpoint is left alone for a while', { retryAfterSeconds });
      }
      try {
        return await circuit.execute((context) => run(context.signal), signal);
      } catch (error) {
        const { retryAfterSeconds = 0 } = error instanceof ModelError ? error : {};
        if (retryAfterSeconds > wait) restUntil = Math.max(restUntil, Date.now() + Math.min(retryAfterSeconds, most) * 1000);
        throw error;
      }
    },
    /**
     * Learns how a stream ended that had begun well. The breaker knows of its beginning only: over the whole of a stream it would
     * keep all others waiting while it tries a model again.
     */
    ended(error?: unknown): void {
      cuts = isTrouble(error) ? cuts + 1 : 0;
      if (cuts >= breaker.failures) restUntil = Math.max(restUntil, Date.now() + breaker.pauseMs);
    },
    healthy: () =>
      !isResting() && (circuit.state === CircuitState.Closed || (circuit.state === CircuitState.Open && Date.now() >= openUntil)),
  };
}
