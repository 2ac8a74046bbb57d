import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until `accepts` holds for an answer (by default: until the answer is true), and returns that answer.
 * There is no time limit here: `testTimeout` in jest.config.mjs ends a test that waits in vain.
 */
export async function waitUntil<T>(ask: () => T | Promise<T>, accepts: (answer: T) => boolean = Boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (accepts(answer)) return answer;
    await sleep(20);
  }
}
