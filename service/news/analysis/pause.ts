import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses that end early when something wakes them, or at the abort of the signal. */
export function createPause(signal: AbortSignal) {
  let wake = () => {};
  return {
    wake: () => wake(),
    async pause(ms: number): Promise<void> {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await Promise.race([woken, sleep(ms, undefined, { signal, ref: false }).catch(() => {})]);
    },
  };
}
