import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { residentMegabytes } from '../server-process.ts';
import { type ServiceProcess, startService } from '../service-process.ts';

/** Megabytes. `heap`: JavaScript objects and buffers of the main thread after garbage collection; `resident`: of the process, with threads. */
export interface Memory {
  readonly heap: number;
  readonly resident: number;
}

const usage = z.object({ heapUsed: z.number(), external: z.number() });
const moreNodeOptions = ['--expose-gc', '--import', join(import.meta.dirname, 'heap-on-signal.js')];

/** A small cache, which is full before the second half of each workload: until then it grows. */
const caches = { CACHE_MAX_ENTRIES: '500' };

/** Starts the service in a process that collects garbage on SIGUSR2. */
export const startMeasured = (log: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
  startService({ log, env: { ...caches, ...env }, moreNodeOptions });

/** Reads the resident size as it is, then collects garbage and reads the heap. */
export async function readMemory(server: ServiceProcess): Promise<Memory> {
  const resident = residentMegabytes(server);
  const answer = once(server.child, 'message');
  server.child.kill('SIGUSR2');
  const { heapUsed, external } = usage.parse((await answer)[0]);
  return { heap: (heapUsed + external) / 1024 ** 2, resident };
}
