import { setTimeout as sleep } from 'node:timers/promises';
import type { AppDependencies } from '../app-dependencies.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import { chunkHandlers } from './chunk-handlers.ts';
import { deleteExpiredBatches } from './store.ts';

/** Milliseconds between two attempts to reach the queue at the start. */
const pause = 1000;

export interface Worker {
  /** Takes no more and waits for what is in hand, for at most so many seconds. */
  stop(seconds: number): Promise<void>;
}

/** Works on batches until it is stopped. A database that is away is waited for. */
export function startWorker(parts: AppDependencies): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function begin(): Promise<void> {
    const handlers = chunkHandlers(parts);
    while (!signal.aborted) {
      try {
        await parts.queue.work(handlers, parts.settings.WORKER_CONCURRENCY);
        return;
      } catch (error) {
        parts.log.debug({ module: 'batches', error }, 'The queue is not there yet');
        await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }
  const beginning = begin();
  return {
    async stop(seconds) {
      stopping.abort();
      await beginning;
      await parts.queue.stop(seconds);
    },
  };
}

const minute = 60_000;

/** What a worker does besides: it measures the queue and removes batches that ended long ago. */
export function batchTasks({ db, queue, metrics, settings }: AppDependencies): PeriodicTask[] {
  const measure = async () => {
    for (const [state, jobs] of Object.entries(await queue.depth())) metrics.set('queueDepth', { state }, jobs);
  };
  const remove = async () => {
    while ((await deleteExpiredBatches(db, settings.BATCH_RETENTION_DAYS)) > 0);
  };
  return [
    { name: 'queue depth', intervalMs: 2000, retryMs: 10_000, runImmediately: true, run: measure },
    { name: 'old batches', intervalMs: 60 * minute, retryMs: minute, runImmediately: true, run: remove },
  ];
}
