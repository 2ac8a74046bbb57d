/** Limits of a run; the names contain the units. */
export interface SandboxLimits {
  /** CPU time of the program, checked every few thousand steps of the interpreter. */
  readonly cpuMs: number;
  /** Wall-clock time of a run; its thread is terminated then, even if the interpreter does not check the CPU time. */
  readonly timeoutMs: number;
  /** Memory of the interpreter and the program; a multiple of 64 KiB, at least 16 MiB. */
  readonly memoryBytes: number;
  /** The interpreter's own stack. */
  readonly stackBytes: number;
  /** Console output, and again the result as JSON; UTF-8. */
  readonly outputBytes: number;
  readonly codeBytes: number;
  /** Concurrent runs, each in its own thread. */
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
