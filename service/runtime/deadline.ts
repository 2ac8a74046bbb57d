/** A timer that fires later than this, in milliseconds, did not wait for its time alone: the process was stopped, or busy without pause. */
const lateness = 500;

/** Whether a time limit, both in milliseconds, was exceeded by so much that the process itself cannot have run all the time. */
export const wasSuspended = (elapsedMs: number, limitMs: number): boolean => elapsedMs - limitMs > lateness;

/**
 * Calls `expire` after so many milliseconds of the monotonic clock. A process that was stopped (SIGSTOP, a paused virtual
 * machine) or blocked finds all of its timers due, while what it waited for may have arrived long ago: such a timer waits once more,
 * for half a second at most, so that what has arrived is read first. It does not keep the process alive.
 * @returns cancels it
 */
export function startDeadline(milliseconds: number, expire: () => void): () => void {
  const start = performance.now();
  let timer = setTimeout(() => {
    if (!wasSuspended(performance.now() - start, milliseconds)) return expire();
    timer = setTimeout(expire, Math.min(milliseconds, lateness)).unref();
  }, milliseconds).unref();
  return () => clearTimeout(timer);
}

/** What a deadline aborts with; the same as `AbortSignal.timeout`. */
const timeoutReason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/** Like `AbortSignal.timeout`, as a deadline. */
export function deadlineSignal(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  startDeadline(milliseconds, () => controller.abort(timeoutReason()));
  return controller.signal;
}

/**
 * Runs work for at most so many milliseconds. It is not waited for any longer than that, nor after `signal` aborts.
 * @throws what `late` makes when the time is over; the reason of `signal`; else as the work does
 */
export async function withDeadline<T>(
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  late: () => Error,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason);
    controller.abort(reason);
  };
  const aborted = () => end(signal.reason);
  signal.addEventListener('abort', aborted, { once: true });
  const cancel = startDeadline(milliseconds, () => end(late()));
  try {
    return await Promise.race([run(controller.signal), ended]);
  } finally {
    cancel();
    signal.removeEventListener('abort', aborted);
  }
}
