import type { ServiceProcess } from '../service-process.ts';
import { type Memory, readMemory } from './measured-process.ts';
import { slopeOf } from './slope.ts';
import { type Workload, work } from './workloads.ts';

const samples = 20;

/** Megabytes at the start of the second half and at the end, and the growth of the second half by its slope. */
export interface Growth {
  readonly at50: Memory;
  readonly at100: Memory;
  readonly slope: { readonly slope: number; readonly error: number };
  readonly residentSlope: { readonly slope: number; readonly error: number };
}

/** Repeats the work; reads the memory twenty times. Caches fill in the first half, so that only the second shows a leak. */
export async function measureGrowth(
  workload: Workload,
  service: ServiceProcess,
  total: number,
  report: (line: string) => void,
): Promise<Growth> {
  const list: (Memory & { readonly done: number })[] = [];
  for (let sample = 1; sample <= samples; sample += 1) {
    const done = Math.floor((total * sample) / samples);
    await work(workload, service, Math.floor((total * (sample - 1)) / samples), done);
    const memory = await readMemory(service);
    list.push({ ...memory, done });
    report(`${workload.name} ${done}: heap ${memory.heap.toFixed(1)} MB, resident ${memory.resident.toFixed(0)} MB`);
  }
  const half = list.slice(samples / 2 - 1);
  const [at50, at100] = [half[0], half.at(-1)];
  if (at50 === undefined || at100 === undefined) throw new Error('no samples');
  const slope = (of: keyof Memory) => slopeOf(half.map((memory) => [memory.done, memory[of]] as const));
  return { at50, at100, slope: slope('heap'), residentSlope: slope('resident') };
}
