import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { type CaptionDraft, type CaptionRequest, ModelError, type ModelFailure, type TextModel } from './model.ts';

/** One finished call, retries included. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'cancelled';
  readonly seconds: number;
}

export interface Resilience {
  /** Longest that one attempt may take. */
  readonly attemptSeconds: number;
  /** Longest that a call may take: attempts, pauses between them and the wait for a place. */
  readonly totalSeconds: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly firstBackoffMs: number;
  /** Failures in a row after which the endpoint is left alone, and for how long. */
  readonly breaker: { readonly failures: number; readonly pauseMs: number };
  /** Calls at once, and how many may wait for a place. */
  readonly concurrency: number;
  readonly queue: number;
}

/** The caller's own time limit, unlike a caller that left. */
const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** Worth another try: the next attempt may well succeed. */
const passing: readonly ModelFailure[] = ['timeout', 'overloaded', 'unreachable'];
const isPassing = (error: unknown) => error instanceof ModelError && passing.includes(error.failure);

function asModelError(error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return new ModelError('overloaded', 'the endpoint failed repeatedly and is left alone for a while', { cause: error });
  if (error instanceof BulkheadRejectedError)
    return new ModelError('overloaded', 'too many calls are waiting for the endpoint', { cause: error });
  if (error instanceof TaskCancelledError) return new ModelError('timeout', 'the endpoint did not answer in time', { cause: error });
  return error;
}

/**
 * A model with time-outs, retries with jitter, a circuit breaker and a bulkhead around each attempt.
 * `observe` hears of each call once, whatever becomes of it.
 */
export function withResilience(model: TextModel, options: Resilience, observe: (call: ModelCall) => void): TextModel {
  const { attemptSeconds, totalSeconds, retries, firstBackoffMs, breaker, concurrency, queue } = options;
  const transient = handleWhen(isPassing);
  const policy = wrap(
    // Around everything: neither a pause nor the wait for a place ends by itself when the caller leaves.
    timeout(totalSeconds * 1000, TimeoutStrategy.Aggressive),
    // A pause whose caller has left must not keep the process alive.
    retry(transient, {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: firstBackoffMs, maxDelay: 2000 }),
    }).dangerouslyUnref(),
    circuitBreaker(transient, { halfOpenAfter: breaker.pauseMs, breaker: new ConsecutiveBreaker(breaker.failures) }),
    bulkhead(concurrency, queue),
  );
  const perAttempt = timeout(attemptSeconds * 1000, TimeoutStrategy.Aggressive);

  async function attempt(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
    try {
      return await perAttempt.execute(({ signal: limited }) => model.writeCaptions(request, limited), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw asModelError(error);
    }
  }

  return {
    id: model.id,
    async writeCaptions(request, signal) {
      const start = performance.now();
      const report = (outcome: ModelCall['outcome']) => observe({ model: model.id, outcome, seconds: (performance.now() - start) / 1000 });
      try {
        const draft = await policy.execute((context) => attempt(request, context.signal), signal);
        report('ok');
        return draft;
      } catch (error) {
        if (signal.aborted) {
          report(isTimeout(signal.reason) ? 'timeout' : 'cancelled');
          throw signal.reason;
        }
        const failure = asModelError(error);
        report(failure instanceof ModelError && failure.failure === 'timeout' ? 'timeout' : 'error');
        throw failure;
      }
    },
  };
}
