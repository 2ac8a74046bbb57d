/** A timer that fires later than this, in milliseconds, shows that the process was stopped or blocked. */
const lateness = 500;

/** Whether a time limit, both in milliseconds, was exceeded by so much that the process cannot have run all the time. */
export const wasSuspended = (elapsedMs: number, limitMs: number): boolean => elapsedMs - limitMs > lateness;

/**
 * Calls `expire` after this many milliseconds of the monotonic clock. After a process was stopped (SIGSTOP, a paused virtual machine) or
 * blocked, all of its timers are due although the awaited data may have arrived: such a timer waits once more, for half a second at most,
 * until that data has been read. It does not keep the process alive.
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

/** Like `AbortSignal.timeout`, as a deadline; aborts with what `late` makes. */
export function deadlineSignal(milliseconds: number, late: () => Error): AbortSignal {
  const controller = new AbortController();
  startDeadline(milliseconds, () => controller.abort(late()));
  return controller.signal;
}

/**
 * Runs work for at most this many milliseconds, and until `signal` aborts; then it no longer waits for it.
 * @throws what `late` makes when the time is over; the reason of `signal`; else as the work does
 */
export async function withDeadline<T>(
  milliseconds: number,
  late: () => Error,
  run: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    reject(reason);
    controller.abort(reason);
  };
  const aborted = () => end(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  const cancel = startDeadline(milliseconds, () => end(late()));
  try {
    return await Promise.race([run(controller.signal), ended]);
  } finally {
    cancel();
    signal?.removeEventListener('abort', aborted);
  }
}
