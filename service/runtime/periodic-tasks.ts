import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';

/** Work that a process does by itself, again and again. */
export interface PeriodicTask {
  readonly name: string;
  readonly intervalMs: number;
  /** After a failure it is tried again so soon. */
  readonly retryMs: number;
  /** Whether it is done at the start too. */
  readonly runImmediately: boolean;
  readonly run: () => Promise<unknown>;
}

/**
 * Does each chore in its time, one run of it at a time. A failure is logged and costs nothing else.
 * @returns ends it; resolves when nothing runs any more
 */
export function startPeriodicTasks(chores: readonly PeriodicTask[], log: Logger): () => Promise<void> {
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  function schedule(chore: PeriodicTask, milliseconds: number): void {
    if (stopped) return;
    const run = () => {
      const done = chore.run().then(
        () => schedule(chore, chore.intervalMs),
        (error: unknown) => {
          log[logLevelFor(error, 'warn')]({ error, chore: chore.name }, 'A chore failed; it is tried again');
          schedule(chore, chore.retryMs);
        },
      );
      running.set(chore.name, done);
    };
    timers.set(chore.name, setTimeout(run, milliseconds).unref());
  }
  for (const chore of chores) schedule(chore, chore.runImmediately ? 0 : chore.intervalMs);
  return async () => {
    stopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    await Promise.all(running.values());
  };
}
