import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `poll` until `accepts` returns true for its result (by default: until the result is truthy), and returns that result.
 * It has no timeout of its own: `testTimeout` in jest.config.mjs ends a test that waits without success.
 */
export async function waitUntil<T>(poll: () => T | Promise<T>, accepts: (result: T) => boolean = Boolean): Promise<T> {
  for (;;) {
    const result = await poll();
    if (accepts(result)) return result;
    await sleep(20);
  }
}
