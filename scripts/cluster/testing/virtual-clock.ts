import type { Clock } from '../clock.ts';

/** A clock whose time passes only while everything waits: hours of waiting take no time, and always in the same order. */
export interface VirtualClock extends Clock {
  /** Lets time pass until the work is done. @throws when nothing would ever wake it */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

const startMs = Date.UTC(2026, 0, 1, 12);

export function createVirtualClock(): VirtualClock {
  let nowMs = 0;
  const sleepers = new Set<Sleeper>();

  function wakeNext(): void {
    const next = [...sleepers].reduce<Sleeper | undefined>((first, one) => (first && first.atMs <= one.atMs ? first : one), undefined);
    if (next === undefined) throw new Error('everything waits, and nothing would wake it');
    sleepers.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
  }

  return {
    ms: () => nowMs,
    now: () => new Date(startMs + nowMs),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { atMs: nowMs + Math.max(0, ms), wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    async run(work) {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      done.catch(() => {});
      for (;;) {
        // Everything that can go on without time passing does so before the next macrotask.
        await new Promise((resolve) => setImmediate(resolve));
        if (isDone) return done;
        wakeNext();
      }
    },
  };
}
