import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface ThreadOptions {
  readonly name: string;
  readonly program: URL;
  readonly workerData?: unknown;
  readonly memory: ResourceLimits;
}

/** The program of a thread: `worker.ts` next to the caller; in the bundle a file next to main.js, even if the caller is part of a chunk. */
export function workerProgram(caller: string, bundled: string): URL {
  if (caller.endsWith('.ts')) return new URL('./worker.ts', caller);
  return new URL(/\/chunks\/[^/]+$/.test(caller) ? `../${bundled}` : `./${bundled}`, caller);
}

/** Starts a thread without environment variables or access to the standard streams of the service. */
export const startThread = ({ name, program, workerData, memory: resourceLimits }: ThreadOptions): Worker =>
  new Worker(program, { name, workerData, env: {}, argv: [], execArgv: [], stdout: true, stderr: true, resourceLimits });
