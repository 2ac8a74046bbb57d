import { workerProgram } from '../../runtime/thread.ts';
import { createThreadPool, PoolBusyError, PoolTimeoutError } from '../../runtime/thread-pool.ts';
import type { Execution, Outcome } from './execution.ts';
import { type SandboxLimits, sandboxLimits } from './limits.ts';

/** Runs untrusted JavaScript: see docs/decisions/sandbox.md. */
export interface Sandbox {
  /**
   * Every outcome of the program is an Execution.
   * @throws the signal's reason if it aborts; the program is terminated then
   */
  run(code: string, signal?: AbortSignal): Promise<Execution>;
  /** Terminates all threads; runs in flight are rejected. */
  close(): Promise<void>;
}

const memory = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 8 };

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/** The outcome of a run without a response from its thread. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof PoolBusyError) return { status: 'busy', output: '' };
  if (error instanceof PoolTimeoutError) return { status: 'timeout', output: '' };
  if (codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY') return { status: 'memory', output: '' };
  throw error;
}

/** Threads start when they are first needed. */
export function createSandbox(limits: SandboxLimits = sandboxLimits): Sandbox {
  const program = workerProgram(import.meta.url, 'sandbox-worker.js');
  const threads = createThreadPool<string, Outcome>({ name: 'sandbox', program, workerData: limits, memory, ...limits });
  return {
    async run(code, signal) {
      if (Buffer.byteLength(code) > limits.codeBytes) return { status: 'code_too_long', output: '', milliseconds: 0 };
      let start: number | undefined;
      const started = () => {
        start = performance.now();
      };
      const outcome = await threads.run(code, signal, started).catch(outcomeOf);
      return { ...outcome, milliseconds: start === undefined ? 0 : Math.round(performance.now() - start) };
    },
    close: () => threads.close(),
  };
}
