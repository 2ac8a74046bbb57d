/** What a run may use. The name says the unit. */
export interface SandboxLimits {
  /** Processor time of the program. Asked about every few thousand steps of the interpreter. */
  readonly cpuMs: number;
  /** From start to answer; the thread is ended then, whatever it does. Bounds what never asks about the processor time. */
  readonly timeoutMs: number;
  /** Memory of the interpreter and all that the program holds; a multiple of 64 KiB, at least 16 MiB. */
  readonly memoryBytes: number;
  /** The interpreter's own stack. */
  readonly stackBytes: number;
  /** Console output, and again the result as JSON; UTF-8. */
  readonly outputBytes: number;
  readonly codeBytes: number;
  /** Runs at once, each in a thread of its own. */
  readonly concurrency: number;
  /** Runs that may wait for a thread. */
  readonly queue: number;
}

export const sandboxLimits: SandboxLimits = {
  cpuMs: 1_000,
  timeoutMs: 5_000,
  memoryBytes: 32 * 1024 ** 2,
  stackBytes: 256 * 1024,
  outputBytes: 64 * 1024,
  codeBytes: 64 * 1024,
  concurrency: 2,
  queue: 16,
};
