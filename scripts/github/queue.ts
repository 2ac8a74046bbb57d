import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs } from './retry.ts';

/** A call that may be made again; `again` says that an earlier try may have come through although no answer did. */
export type Call = (again: boolean) => Promise<void>;
export interface FailedReport {
  readonly kind: string;
  readonly error: unknown;
}

/** Calls in the order in which they were asked for, each tried until it succeeds, cannot succeed, or the queue is closed. */
export interface Queue {
  /** Ends what is under way when the queue is closed. */
  readonly signal: AbortSignal;
  /** Returns at once; never throws. */
  add(what: string, call: Call): void;
  /** Waits for all calls, at most so many milliseconds. @returns what did not succeed, at most one problem of a kind */
  close(withinMs: number): Promise<readonly FailedReport[]>;
}

/**
 * A loop of its own rather than a library's retries: cockatiel's and Octokit's pauses can neither be ended early nor hold a process
 * no longer than needed, and a release must not wait for GitHub.
 */
export function createQueue(): Queue {
  const closing = new AbortController();
  const problems = new Map<string, FailedReport>();
  let deadlineMs = Number.POSITIVE_INFINITY;
  let resumeAtMs = 0;
  let last = Promise.resolve();

  const tryUntilDone = async (call: Call): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      closing.signal.throwIfAborted();
      try {
        return await call(attempt > 1);
      } catch (error) {
        const pause = retryDelayMs(error, attempt, Date.now());
        if (pause === undefined || closing.signal.aborted || Date.now() + pause > deadlineMs) throw error;
        resumeAtMs = Date.now() + pause;
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => {
          throw error;
        });
      }
    }
  };
  return {
    signal: closing.signal,
    add(what, call) {
      last = last
        .then(() => tryUntilDone(call))
        .catch((error: unknown) => {
          if (!problems.has(what)) problems.set(what, { kind: what, error });
        });
    },
    async close(withinMs) {
      deadlineMs = Date.now() + withinMs;
      const giveUp = () => closing.abort(new Error('it did not answer in time'));
      // A pause that outlasts the queue is not worth waiting for.
      const timer = setTimeout(giveUp, resumeAtMs > deadlineMs ? 0 : withinMs);
      await last;
      clearTimeout(timer);
      return [...problems.values()];
    },
  };
}
