import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectlResult } from '../cluster.ts';

/** A file with the process id of the API server and its start time as in /proc; undefined if it is not configured. */
export const apiServerPidFile = (): string | undefined => process.env.E2E_API_SERVER_PID;

const argumentsOf = (pid: number): string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
/** The 22nd field of /proc/PID/stat: with it a number names one process for good. */
const startOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')[19] ?? '';
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Ends the API server, and starts the same program again after so many seconds. @returns the seconds until it is ready again */
export async function restartApiServer(pidFile: string, awaySeconds: number): Promise<number> {
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const [program = '', ...args] = argumentsOf(pid);
  const namespace = join('/proc', String(pid), 'ns/net');
  const keep = spawn('nsenter', [`--net=${namespace}`, 'sh', '-c', 'read line; exec "$@"', 'sh', program, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const gone = Date.now();
  await sleep(200);
  process.kill(pid, 'SIGTERM');
  while (isThere(pid) && Date.now() - gone < 20_000) await sleep(50);
  if (isThere(pid)) process.kill(pid, 'SIGKILL');
  await sleep(awaySeconds * 1000);
  keep.stdin?.end('\n');
  keep.unref();
  if (keep.pid !== undefined) writeFileSync(pidFile, `${keep.pid} ${startOf(keep.pid)}\n`);
  while ((await kubectlResult(['get', '--raw', '/readyz'])).code !== 0) await sleep(200);
  return (Date.now() - gone) / 1000;
}
