import { ApiProblem } from './problem.ts';

/** Answers after which the same request may succeed. */
const passing = new Set([429, 502, 503, 504]);
/** Longest wait between two attempts, in seconds: a service that asks for more is not asked again. */
const longestPause = 5;
const firstPause = 0.2;

/** What fetch throws for a broken connection is a TypeError, in a realm of its own where the page has several. */
const isBroken = (error: unknown) => typeof error === 'object' && error !== null && 'name' in error && error.name === 'TypeError';

/** Seconds to wait before the next attempt; undefined: there is none. */
function pauseBefore(attempt: number, error: unknown): number | undefined {
  const backoff = firstPause * 2 ** attempt * Math.random();
  if (isBroken(error)) return backoff;
  if (!(error instanceof ApiProblem) || !passing.has(error.status)) return undefined;
  const { retryAfter = backoff } = error;
  return retryAfter <= longestPause ? retryAfter : undefined;
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1000);
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  await promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  });
}

/** Does what may be done again, at most `retries` times more, waiting as long as the service asks for, else longer each time. */
export async function withRetry<T>(work: () => Promise<T>, retries: number, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const seconds = attempt < retries && !signal.aborted ? pauseBefore(attempt, error) : undefined;
      if (seconds === undefined) throw error;
      await pause(seconds, signal);
    }
  }
}
