import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs } from './retry.ts';

/** A request that can be repeated; `isRetry`: an earlier attempt may have succeeded without a response. */
export type Call = (isRetry: boolean) => Promise<void>;
export interface FailedReport {
  readonly kind: string;
  readonly error: unknown;
}

/** Runs calls in the order of `add`, and retries each until it succeeds, fails for good, or the queue is closed. */
export interface Queue {
  /** Aborted when the queue closes. */
  readonly signal: AbortSignal;
  /** Returns at once; never throws. */
  add(kind: string, call: Call): void;
  /** Waits for all calls, at most `withinMs`. @returns the first failure of each kind */
  close(withinMs: number): Promise<readonly FailedReport[]>;
}

/**
 * Has its own retry loop because the delays of Octokit cannot be ended early: they would keep the process alive, and a
 * release must not wait for GitHub.
 */
export function createQueue(): Queue {
  const closing = new AbortController();
  const failures = new Map<string, FailedReport>();
  let deadlineMs = Number.POSITIVE_INFINITY;
  let resumeAtMs = 0;
  let last = Promise.resolve();

  const callWithRetries = async (call: Call): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      closing.signal.throwIfAborted();
      try {
        return await call(attempt > 1);
      } catch (error) {
        const delayMs = retryDelayMs(error, attempt, Date.now());
        if (delayMs === undefined || closing.signal.aborted || Date.now() + delayMs > deadlineMs) throw error;
        resumeAtMs = Date.now() + delayMs;
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => {
          throw error;
        });
      }
    }
  };
  return {
    signal: closing.signal,
    add(kind, call) {
      last = last
        .then(() => callWithRetries(call))
        .catch((error: unknown) => {
          if (!failures.has(kind)) failures.set(kind, { kind, error });
        });
    },
    async close(withinMs) {
      deadlineMs = Date.now() + withinMs;
      const abort = () => closing.abort(new Error('timed out'));
      // A delay beyond the deadline is cut short at once.
      const timer = setTimeout(abort, resumeAtMs > deadlineMs ? 0 : withinMs);
      await last;
      clearTimeout(timer);
      return [...failures.values()];
    },
  };
}
