import { backoffMs } from '../../contract/retry.ts';
import { ApiProblem } from './problem.ts';

/** Statuses after which a retry may succeed. */
const transientStatuses = new Set([429, 502, 503, 504]);
/** Seconds; a Retry-After above it ends the retries. */
const maxDelay = 5;

/** fetch throws a TypeError for a broken connection; `instanceof` fails if it comes from another realm (frame). */
const isConnectionError = (error: unknown) => typeof error === 'object' && error !== null && 'name' in error && error.name === 'TypeError';

/** Seconds to wait before the next attempt; undefined if a retry cannot help. */
function retryDelay(attempt: number, error: unknown): number | undefined {
  const backoff = (backoffMs({ firstMs: 200, longestMs: maxDelay * 1000 }, attempt + 1) / 1000) * Math.random();
  if (isConnectionError(error)) return backoff;
  if (!(error instanceof ApiProblem) || !transientStatuses.has(error.status)) return undefined;
  const { retryAfter = backoff } = error;
  return retryAfter <= maxDelay ? retryAfter : undefined;
}

async function delay(seconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  await promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  });
}

/** Retries after transient errors, at most `retries` times: after Retry-After if given, else with exponential backoff and full jitter. */
export async function withRetry<T>(work: () => Promise<T>, retries: number, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const seconds = attempt < retries && !signal.aborted ? retryDelay(attempt, error) : undefined;
      if (seconds === undefined) throw error;
      await delay(seconds, signal);
    }
  }
}
