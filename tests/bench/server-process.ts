import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from './wrk.ts';

/** How to start a server, and the request that returns 200 once it is ready. */
interface Launch {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File of its output. */
  readonly log: string;
  readonly ready: string | Request;
  /** Default: 60. */
  readonly maxSeconds?: number;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  /** From the start of the process to the first 200. */
  readonly startSeconds: number;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));

const isReady = (ready: string | Request) => {
  const sent =
    typeof ready === 'string'
      ? fetch(ready)
      : fetch(ready.url, { method: 'POST', body: ready.body, headers: { 'Content-Type': 'application/json', ...ready.headers } });
  return sent.then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
};

/** Starts a server with its output in a file, as in a container, and waits until it is ready. */
export async function launch({ command: [program = '', ...args], env, log, ready, maxSeconds = 60 }: Launch): Promise<ServerProcess> {
  const file = openSync(log, 'a');
  const started = performance.now();
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', file, file, 'ipc'] });
  closeSync(file);
  running.add(child);
  child.once('exit', () => running.delete(child));
  const elapsed = () => (performance.now() - started) / 1000;
  while (!(await isReady(ready))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}, see ${log}`);
    if (elapsed() > maxSeconds) throw new Error(`not ready after ${maxSeconds} s, see ${log}`);
    await sleep(5);
  }
  return { child, startSeconds: elapsed() };
}

/** An idle server must not take time from the one that is measured. */
export const suspend = ({ child }: ServerProcess) => void child.kill('SIGSTOP');
export const resume = ({ child }: ServerProcess) => void child.kill('SIGCONT');

export async function stopProcess({ child }: ServerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGINT');
  await exited;
}

/** Microseconds of CPU time of a process (Linux, 100 ticks per second); NaN on other systems. */
export function cpuMicroseconds({ child: { pid } }: ServerProcess): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return Number.NaN;
  const [user = 0, system = 0] = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ').slice(11, 13).map(Number) ?? [];
  return (user + system) * 10_000;
}

/** Resident megabytes of a process (Linux); NaN on other systems. */
export function residentMegabytes({ child: { pid } }: ServerProcess): number {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return Number.NaN;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]) / 1024;
}
