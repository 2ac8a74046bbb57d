import type { Logger } from '../telemetry/log.ts';

/** Timeout of a command in milliseconds: every caller has a fallback in this process. */
const timeoutMs = 100;
/** After a failed command the next ones on its node fail at once for so many milliseconds, so that a hanging Redis delays few requests. */
const pauseMs = 500;
/** Milliseconds without a failure after which Redis is reported as up: other nodes of a cluster work while one is down. */
const calmMs = 2 * pauseMs;

/**
 * Rejects after the timeout. `setImmediate` reads the socket once more before: if this process was busy, the response may have arrived.
 */
export function withTimeout<T>(command: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => setImmediate(() => reject(new Error(`no response within ${timeoutMs} ms`))), timeoutMs);
  command.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

interface NodeState {
  pausedUntil: number;
  // Out of memory, after a failed backup or as a replica, Redis serves reads and rejects writes: a read does not prove recovery.
  rejectsWrites: boolean;
}

/**
 * Runs commands with a timeout and, for each node, a pause after failures. Logs one line when Redis fails and one when it works again.
 */
export class CommandRunner {
  readonly #log: Logger;
  readonly #nodes = new Map<string, NodeState>();
  #isDown = false;
  #failedAt = Number.NEGATIVE_INFINITY;
  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param node the node that executes the command; the empty string if there is only one */
  read<T>(node: string, command: () => Promise<T>): Promise<T> {
    return this.#run(node, command, false);
  }
  write<T>(node: string, command: () => Promise<T>): Promise<T> {
    return this.#run(node, command, true);
  }

  #stateOf(node: string): NodeState {
    const state = this.#nodes.get(node) ?? { pausedUntil: Number.NEGATIVE_INFINITY, rejectsWrites: false };
    this.#nodes.set(node, state);
    return state;
  }

  async #run<T>(node: string, command: () => Promise<T>, isWrite: boolean): Promise<T> {
    const state = this.#stateOf(node);
    if (performance.now() < state.pausedUntil) throw new Error('paused after a failed command');
    try {
      const result = await withTimeout(command());
      if (isWrite) state.rejectsWrites = false;
      if (this.#isDown && !state.rejectsWrites) this.#reportUp();
      return result;
    } catch (error) {
      this.#failedAt = performance.now();
      state.pausedUntil = this.#failedAt + pauseMs;
      if (isWrite && error instanceof Error && error.name === 'ReplyError') state.rejectsWrites = true;
      this.reportDown(error instanceof Error ? error.message : 'unknown', node);
      throw error;
    }
  }

  reportDown(reason: string, node = ''): void {
    const where = node === '' ? {} : { node };
    if (!this.#isDown) {
      this.#log.warn({ dependency: 'cache', reason, ...where }, 'Redis is down: limits and cache continue in this process');
    }
    this.#isDown = true;
  }
  #reportUp(): void {
    if (performance.now() < this.#failedAt + calmMs) return;
    this.#log.info({ dependency: 'cache' }, 'Redis is up: limits and cache are shared again');
    this.#isDown = false;
  }
}
