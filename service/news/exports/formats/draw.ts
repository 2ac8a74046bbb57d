import type { ChartNode } from '../../../charts/node.ts';
import { workerProgram } from '../../../runtime/thread.ts';
import { createThreadPool } from '../../../runtime/thread-pool.ts';
import type { Report } from './report.ts';

/** A message to the thread: what to draw. */
export type Drawing = { readonly png: ChartNode } | { readonly pdf: Report };

/** One thread per process: a drawing takes up to half a second, and some 100 MB of memory. */
const thread = createThreadPool<Drawing, Uint8Array>({
  name: 'drawer of exports',
  program: workerProgram(import.meta.url, 'news-drawing-worker.js'),
  memory: { maxOldGenerationSizeMb: 256 },
  concurrency: 1,
  queue: 32,
  timeoutMs: 60_000,
  idleMs: 30_000,
});

/** The file of a drawing, made off the event loop. @throws {PoolBusyError}; {PoolTimeoutError} */
export const draw = (drawing: Drawing): Promise<Uint8Array> => thread.run(drawing);
