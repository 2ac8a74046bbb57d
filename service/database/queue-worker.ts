import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/log.ts';
import type { JobHandlers, Queue } from './queue.ts';

/** Milliseconds between two attempts to reach the queue at the start. */
const retryMs = 1000;

/** Work of a process in the background. */
export interface Worker {
  /** Takes no more work and waits for that in progress. */
  stop(timeoutSeconds: number): Promise<void>;
}

interface WorkerOptions<T extends object> {
  readonly queue: Queue<T>;
  readonly handlers: JobHandlers<T>;
  /** Jobs at the same time. */
  readonly concurrency: number;
  readonly log: Logger;
}

/** Processes jobs until it is stopped. Retries until the database can be reached. */
export function startQueueWorker<T extends object>({ queue, handlers, concurrency, log }: WorkerOptions<T>): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function start(): Promise<void> {
    while (!signal.aborted) {
      try {
        await queue.work(handlers, concurrency);
        return;
      } catch (error) {
        log.debug({ error }, 'The queue cannot be reached yet');
        await sleep(retryMs, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }
  const started = start();
  return {
    async stop(timeoutSeconds) {
      stopping.abort();
      await started;
      await queue.stop(timeoutSeconds);
    },
  };
}
