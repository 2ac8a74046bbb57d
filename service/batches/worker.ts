import { setTimeout as sleep } from 'node:timers/promises';
import type { JobHandlers, Queue } from '../database/queue.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Chunk } from './chunks.ts';

/** Milliseconds between two attempts to reach the queue at the start. */
const retryMs = 1000;

export interface Worker {
  /** Takes no more chunks and waits for those in progress. */
  stop(timeoutSeconds: number): Promise<void>;
}

interface WorkerOptions {
  readonly queue: Queue<Chunk>;
  readonly handlers: JobHandlers<Chunk>;
  /** Chunks at the same time. */
  readonly concurrency: number;
  readonly log: Logger;
}

/** Processes chunks until it is stopped. Retries until the database can be reached. */
export function startWorker({ queue, handlers, concurrency, log }: WorkerOptions): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function start(): Promise<void> {
    while (!signal.aborted) {
      try {
        await queue.work(handlers, concurrency);
        return;
      } catch (error) {
        log.debug({ module: 'batches', error }, 'The queue cannot be reached yet');
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
