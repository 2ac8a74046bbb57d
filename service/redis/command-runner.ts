import type { Logger } from '../telemetry/log.ts';

/** Timeout of a command in milliseconds: every caller has a fallback in this process. */
const timeoutMs = 100;
/** After a failed command the next ones fail at once for so many milliseconds, so that a hanging Redis delays few requests. */
const pauseMs = 500;

/**
 * Rejects after the timeout. `setImmediate` reads the socket once more before: if this process was busy, the response may have arrived.
 */
export function withTimeout<T>(command: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => setImmediate(() => reject(new Error(`no response within ${timeoutMs} ms`))), timeoutMs);
  command.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

/** Runs commands with a timeout and a pause after failures, and logs one line when Redis fails and one when it works again. */
export class CommandRunner {
  readonly #log: Logger;
  #isDown = false;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  // Out of memory, after a failed backup or as a replica, Redis serves reads and rejects writes: a read does not prove recovery.
  #rejectsWrites = false;
  constructor(log: Logger) {
    this.#log = log;
  }

  read<T>(command: () => Promise<T>): Promise<T> {
    return this.#run(command, false);
  }
  write<T>(command: () => Promise<T>): Promise<T> {
    return this.#run(command, true);
  }

  async #run<T>(command: () => Promise<T>, isWrite: boolean): Promise<T> {
    if (performance.now() < this.#pausedUntil) throw new Error('paused after a failed command');
    try {
      const result = await withTimeout(command());
      if (isWrite) this.#rejectsWrites = false;
      if (!this.#rejectsWrites) this.#reportUp();
      return result;
    } catch (error) {
      this.#pausedUntil = performance.now() + pauseMs;
      if (isWrite && error instanceof Error && error.name === 'ReplyError') this.#rejectsWrites = true;
      this.reportDown(error instanceof Error ? error.message : 'unknown');
      throw error;
    }
  }

  reportDown(reason: string): void {
    if (!this.#isDown) this.#log.warn({ dependency: 'cache', reason }, 'Redis is down: limits and cache continue in this process');
    this.#isDown = true;
  }
  #reportUp(): void {
    if (this.#isDown) this.#log.info({ dependency: 'cache' }, 'Redis is up: limits and cache are shared again');
    this.#isDown = false;
  }
}
