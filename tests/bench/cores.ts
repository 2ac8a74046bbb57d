import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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

/** Busy and total ticks of the core of the load since the machine started. */
function ticks(): { busy: number; total: number } {
  const line =
    readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`cpu${loadCore} `)) ?? '';
  const values = line.split(' ').slice(1).map(Number);
  const total = values.reduce((sum, value) => sum + value, 0);
  const [, , , idle = 0, waiting = 0] = values;
  return { busy: total - idle - waiting, total };
}

/** Measures how busy the core of the load is, from 0 to 1: near 1, the load is what limits the figures. */
export function startLoadCoreMeter(): () => number {
  if (!canPin) return () => Number.NaN;
  const before = ticks();
  return () => {
    const after = ticks();
    return (after.busy - before.busy) / (after.total - before.total);
  };
}
