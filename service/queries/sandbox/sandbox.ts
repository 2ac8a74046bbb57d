import { Worker } from 'node:worker_threads';
import type { Execution, Outcome } from './execution.ts';
import { type SandboxLimits, sandboxLimits } from './limits.ts';
import { createLine } from './line.ts';

/** Runs JavaScript of strangers (guide G1's E2B): see docs/decisions/sandbox.md. */
export interface Sandbox {
  /**
   * Whatever the program does ends in an Execution.
   * @throws the signal's reason when it is aborted; the program is ended then
   */
  run(code: string, signal?: AbortSignal): Promise<Execution>;
  /** Ends every thread; runs in flight are rejected. */
  close(): Promise<void>;
}

/** The worker is TypeScript beside this file, or a file beside main.js in the bundle, where this may be part of a chunk. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./worker.ts', import.meta.url);
  return new URL(/\/chunks\/[^/]+$/.test(import.meta.url) ? '../sandbox-worker.js' : './sandbox-worker.js', import.meta.url);
}

/** A thread that sees no environment variable and writes to no stream of the service. */
function startWorker(limits: SandboxLimits): Worker {
  const worker = new Worker(workerUrl(), {
    name: 'sandbox',
    workerData: limits,
    env: {},
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 8 },
  });
  // An error reaches the run that waits for this worker; between two runs there is nobody to tell.
  worker.on('error', () => {});
  worker.unref();
  return worker;
}

/** The worker's next message. It keeps the process alive for so long. */
function nextMessage(worker: Worker, signal: AbortSignal): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const abort = () => reject(signal.reason);
  const exit = () => reject(new Error('the sandbox worker ended by itself'));
  worker.once('message', resolve).once('error', reject).once('exit', exit).ref();
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', abort);
    worker.off('message', resolve).off('error', reject).off('exit', exit).unref();
  });
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Threads start when they are first needed. */
export function createSandbox(limits: SandboxLimits = sandboxLimits): Sandbox {
  const line = createLine(limits.concurrency, limits.queue);
  const idle = new Set<Worker>();
  const closing = new AbortController();

  async function runOn(worker: Worker, code: string, signal: AbortSignal): Promise<Outcome> {
    const wall = AbortSignal.timeout(limits.wallMs);
    try {
      const answer = nextMessage(worker, AbortSignal.any([signal, wall]));
      worker.postMessage(code);
      const outcome = await answer;
      idle.add(worker);
      return outcome;
    } catch (error) {
      await worker.terminate();
      if (signal.aborted) throw signal.reason;
      if (wall.aborted) return { status: 'timeout', output: '' };
      if (codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY') return { status: 'memory', output: '' };
      throw error;
    }
  }

  function takeWorker(): Worker {
    const [ready] = idle;
    if (ready !== undefined) {
      idle.delete(ready);
      return ready;
    }
    const worker = startWorker(limits);
    worker.once('exit', () => idle.delete(worker));
    return worker;
  }

  return {
    async run(code, caller) {
      const signal = caller === undefined ? closing.signal : AbortSignal.any([caller, closing.signal]);
      if (Buffer.byteLength(code) > limits.codeBytes) return { status: 'code_too_long', output: '', milliseconds: 0 };
      if (!(await line.enter(signal))) return { status: 'busy', output: '', milliseconds: 0 };
      const start = performance.now();
      try {
        signal.throwIfAborted();
        const outcome = await runOn(takeWorker(), code, signal);
        return { ...outcome, milliseconds: Math.round(performance.now() - start) };
      } finally {
        line.leave();
      }
    },
    async close() {
      closing.abort(new Error('the sandbox is closed'));
      await Promise.all([...idle].map((worker) => worker.terminate()));
    },
  };
}
