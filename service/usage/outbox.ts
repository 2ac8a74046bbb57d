import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../contract/retry.ts';
import type { Logger } from '../telemetry/log.ts';

/** A queue of idempotent writes. */
export interface OutboxSource {
  readonly size: () => number;
  /** The next write, fixed from now on; undefined if the queue is empty. */
  readonly next: () => (() => Promise<void>) | undefined;
}
export interface OutboxPacing {
  /** Maximum delay while writes succeed, in milliseconds. */
  readonly everyMs: number;
  /** A queue of this size is written immediately. */
  readonly fullAt: number;
  /** Exponential backoff after failures, in milliseconds. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}
export interface Outbox {
  /** To be called after an item was added; cheap. */
  added(): void;
  /** Resolves when the queues are empty; without a time limit. */
  drained(): Promise<void>;
}

/** Performs the writes of its sources in order, one at a time. A failed write is retried, unchanged, before any other. */
export function createOutbox(sources: readonly OutboxSource[], pace: OutboxPacing, log: Logger): Outbox {
  let waiting: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  const size = () => sources.reduce((sum, source) => sum + source.size(), 0);

  async function deliver(part: () => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await part();
        if (failures > 0) log.info({ failures }, 'Usage can be written again');
        return;
      } catch (error) {
        if (failures === 0) log.warn({ error, waiting: size() }, 'Usage cannot be written; it stays in memory and is retried');
        await sleep(backoffMs({ firstMs: pace.firstPauseMs, longestMs: pace.longestPauseMs }, failures + 1));
      }
    }
  }
  async function sendAll(): Promise<void> {
    for (const source of sources) {
      for (let part = source.next(); part !== undefined; part = source.next()) await deliver(part);
    }
  }
  function send(): Promise<void> {
    clearTimeout(waiting);
    waiting = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (size() > 0) added();
    });
    return sending;
  }
  function added(): void {
    if (sending !== undefined) return;
    if (size() >= pace.fullAt) void send();
    else waiting ??= setTimeout(send, pace.everyMs).unref();
  }
  return {
    added,
    async drained() {
      do await send();
      while (size() > 0);
    },
  };
}
