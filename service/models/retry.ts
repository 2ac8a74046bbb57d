import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../../contract/retry.ts';
import { failureKinds, ModelError } from './model-error.ts';

export interface RetryLimits {
  /** Attempts after the first. */
  readonly retries: number;
  readonly backoff: Backoff;
  /** Whether a time-out is retried: not if another model can answer in that time. */
  readonly retryTimeouts: boolean;
  /** Longest Retry-After that a call waits for. */
  readonly maxRetryAfterSeconds: number;
}

function isRetryable(error: unknown, { retryTimeouts, maxRetryAfterSeconds }: RetryLimits): error is ModelError {
  if (!(error instanceof ModelError) || !failureKinds[error.failure].isTransient) return false;
  if (error.failure === 'timeout' && !retryTimeouts) return false;
  // An open circuit names no time while another call tries the model.
  if (error.failure === 'circuit_open' && error.retryAfterSeconds === undefined) return false;
  return (error.retryAfterSeconds ?? 0) <= maxRetryAfterSeconds;
}

/** Repeats `work` after transient failures, with full jitter on top of the provider's Retry-After. Throws as the last attempt does. */
export async function withRetries<T>(limits: RetryLimits, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (failures > limits.retries || signal.aborted || !isRetryable(error, limits)) throw error;
      const pauseMs = (error.retryAfterSeconds ?? 0) * 1000 + Math.random() * backoffMs(limits.backoff, failures);
      await sleep(pauseMs, undefined, { signal, ref: false });
    }
  }
}
