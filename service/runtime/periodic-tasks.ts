/** A task that the process runs in the background at an interval. */
export interface PeriodicTask {
  readonly name: string;
  readonly intervalMs: number;
  /** Delay after a failed run. */
  readonly retryMs: number;
  /** Whether the first run is at the start or after the first interval. */
  readonly runImmediately: boolean;
  readonly run: () => Promise<unknown>;
}

/**
 * Runs each task at its interval, never two runs of one task at the same time. A failed run is reported and retried.
 * @returns stops the tasks; resolves when no run is in progress
 */
export function startPeriodicTasks(
  tasks: readonly PeriodicTask[],
  onFailure: (error: unknown, task: PeriodicTask) => void,
): () => Promise<void> {
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  function schedule(task: PeriodicTask, delayMs: number): void {
    if (stopped) return;
    const run = () => {
      const done = task.run().then(
        () => schedule(task, task.intervalMs),
        (error: unknown) => {
          onFailure(error, task);
          schedule(task, task.retryMs);
        },
      );
      running.set(task.name, done);
    };
    timers.set(task.name, setTimeout(run, delayMs).unref());
  }
  for (const task of tasks) schedule(task, task.runImmediately ? 0 : task.intervalMs);
  return async () => {
    stopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await Promise.all(running.values());
  };
}
