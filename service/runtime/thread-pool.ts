import type { Worker } from 'node:worker_threads';
import { traced } from '../telemetry/traced.ts';
import { FairLimiter } from './fair-limiter.ts';
import { startThread, type ThreadOptions } from './thread.ts';

/** `name` names the threads, and in errors what is busy or closed; `program` answers each message with one message. */
export interface PoolOptions extends ThreadOptions {
  /** Threads; each runs one task at a time. */
  readonly concurrency: number;
  /** Tasks that may wait for a thread. */
  readonly queue: number;
  /** Maximum time of a task; its thread is terminated then. */
  readonly timeoutMs: number;
  /** How long an idle thread is kept, and with it its memory; default: until the end of the process. */
  readonly idleMs?: number;
}

/** The queue of a pool is full. */
export class PoolBusyError extends Error {
  override readonly name = 'PoolBusyError';
}
/** A task took longer than `timeoutMs`. */
export class PoolTimeoutError extends Error {
  override readonly name = 'PoolTimeoutError';
}

/** Threads that take work off the event loop. They start with the first task, and do not keep the process alive. */
export interface ThreadPool<Task, Answer> {
  /**
   * Resolves to the thread's answer; `started` is called when a thread has the task.
   * @throws {PoolBusyError} without a wait; {PoolTimeoutError}; the signal's reason when it is aborted; the thread's own error. In the
   * last three cases the thread is terminated.
   */
  run(task: Task, signal?: AbortSignal, started?: () => void): Promise<Answer>;
  /** Terminates all threads; running tasks are rejected. */
  close(): Promise<void>;
}

function startIdleThread(options: PoolOptions): Worker {
  const worker = startThread(options);
  // An error rejects the task that runs in this thread; between two tasks nothing waits for it.
  worker.on('error', () => {});
  worker.unref();
  return worker;
}

/** The thread's next message. The wait for it keeps the process alive. */
function nextMessage<Answer>(worker: Worker, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const abort = () => reject(signal.reason);
  const exit = () => reject(new Error('the thread exited'));
  worker.once('message', resolve).once('error', reject).once('exit', exit).ref();
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
    worker.off('message', resolve).off('error', reject).off('exit', exit).unref();
  });
}

export function createThreadPool<Task, Answer>(options: PoolOptions): ThreadPool<Task, Answer> {
  const { name, timeoutMs, idleMs } = options;
  const limiter = new FairLimiter(options, () => new PoolBusyError(`too many tasks wait for the ${name}`));
  const idle = new Set<Worker>();
  const expiry = new WeakMap<Worker, NodeJS.Timeout>();
  const closing = new AbortController();

  /** Keeps a thread for the next task. */
  function keep(worker: Worker): void {
    idle.add(worker);
    if (idleMs === undefined) return;
    const timer = setTimeout(() => {
      idle.delete(worker);
      void worker.terminate();
    }, idleMs).unref();
    expiry.set(worker, timer);
  }

  async function runOn(worker: Worker, task: Task, signal: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = nextMessage<Answer>(worker, AbortSignal.any([signal, timeout]));
      worker.postMessage(task);
      const received = await answer;
      keep(worker);
      return received;
    } catch (error) {
      await worker.terminate();
      if (signal.aborted) throw signal.reason;
      if (timeout.aborted) throw new PoolTimeoutError(`a task of the ${name} took longer than ${timeoutMs} ms`);
      throw error;
    }
  }

  function takeWorker(): Worker {
    const [ready] = idle;
    if (ready !== undefined) {
      idle.delete(ready);
      clearTimeout(expiry.get(ready));
      return ready;
    }
    const worker = startIdleThread(options);
    worker.once('exit', () => idle.delete(worker));
    return worker;
  }

  return {
    async run(task, caller, started = () => {}) {
      const signal = caller === undefined ? closing.signal : AbortSignal.any([caller, closing.signal]);
      // All tasks share one queue, as those of one caller.
      const release = await limiter.acquire('', signal);
      try {
        signal.throwIfAborted();
        started();
        return await traced(
          () => ({ name: `thread ${name}`, kind: 'internal' }),
          () => runOn(takeWorker(), task, signal),
        );
      } finally {
        release();
      }
    },
    async close() {
      closing.abort(new Error(`the ${name} is closed`));
      await Promise.all([...idle].map((worker) => worker.terminate()));
    },
  };
}
