import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../contract/retry.ts';
import type { Logger } from '../telemetry/log.ts';

/** Work that waits to be sent, and may be repeated when its outcome is unknown. */
export interface OutboxSource {
  readonly size: () => number;
  /** The next part of it, from now on unchanged; undefined when there is none. */
  readonly next: () => (() => Promise<void>) | undefined;
}
export interface OutboxPacing {
  /** Longest that work waits while sending goes well, in milliseconds. */
  readonly everyMs: number;
  /** Work of this size does not wait. */
  readonly fullAt: number;
  /** Pauses after failures, in milliseconds: doubled from the first to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}
export interface Outbox {
  /** To be called when work was added; cheap. */
  added(): void;
  /** Resolves when everything that was added is sent, however long that takes. */
  drained(): Promise<void>;
}

/** Sends the work of its sources in their order, one part at a time; a part that failed is sent again, unchanged, before any other. */
export function createOutbox(sources: readonly OutboxSource[], pace: OutboxPacing, log: Logger): Outbox {
  let waiting: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  const size = () => sources.reduce((sum, source) => sum + source.size(), 0);

  async function deliver(part: () => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await part();
        if (failures > 0) log.info({ failures }, 'Usage is written again');
        return;
      } catch (error) {
        if (failures === 0) log.warn({ error, waiting: size() }, 'Usage cannot be written; it is kept and tried again');
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
