import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath } from '../services/servers.ts';

/** Linux with two cores: one for the measured server, one for everything else. */
const canPin = findOnPath('taskset') !== undefined && availableParallelism() > 1;
const serverCore = 0;
const loadCore = 1;

/** The command of a measured server on its own core. */
export const onServerCore = (command: readonly string[]): readonly string[] =>
  canPin ? ['taskset', '--cpu-list', String(serverCore), ...command] : command;

/** Moves this process, and so the processes that it starts, to the core of the load. */
export function moveToLoadCore(): void {
  if (canPin) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(loadCore), String(process.pid)], { stdio: 'ignore' });
}

export const pinning = canPin ? `server on core ${serverCore}, load, upstream and stores on core ${loadCore}` : 'not pinned to cores';

/** Busy and total ticks of the machine (`cpu`) or of one core since the start (Linux). */
function ticks(name: string): { busy: number; total: number } {
  const line = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name} `));
  const values = (line ?? '').split(/ +/).slice(1).map(Number);
  const total = values.reduce((sum, value) => sum + value, 0);
  const [, , , idle = 0, waiting = 0] = values;
  return { busy: total - idle - waiting, total };
}

/** Measures how busy the machine or a core is from now on, from 0 to 1; NaN without Linux. */
function startMeter(name: string): () => number {
  if (!existsSync('/proc/stat')) return () => Number.NaN;
  const before = ticks(name);
  return () => {
    const after = ticks(name);
    return (after.busy - before.busy) / (after.total - before.total);
  };
}

/** How busy the core of the load is: near 1, the load is what limits the figures. */
export const startLoadCoreMeter = () => startMeter(`cpu${loadCore}`);

/** How busy other processes keep the machine. */
export async function measureOthers(): Promise<number> {
  const busy = startMeter('cpu');
  await sleep(2000);
  return busy();
}
