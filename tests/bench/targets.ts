import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../contract/endpoints/index.ts';
import { generateKey } from '../../service/accounts/key-hashing.ts';
import { freePort } from '../services/servers.ts';

/** A server process and the request to send to it. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly child: ChildProcess;
}

const root = join(import.meta.dirname, '..', '..');
/** A key that every target accepts. */
export const key = generateKey();
const request = {
  content_description: 'A golden retriever on a beach at sunset',
  style: 'casual',
  audience: 'general',
  client_id: 'benchmark',
};

/** Starts a script with its output in a file, as in a container, and waits until `path` returns 200. */
async function launch(
  script: string,
  path: string,
  log: string,
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
) {
  const [port, graphqlPort] = [await freePort(), await freePort()];
  const file = openSync(log, 'a');
  const ports = { PORT: String(port), GRAPHQL_PORT: String(graphqlPort) };
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', ...ports, ...environment };
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, join(root, script)], { env, stdio: ['ignore', file, 'inherit', 'ipc'] });
  closeSync(file);
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(url + path).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`${script} ended, see ${log}`);
    await sleep(5);
  }
  return { child, url, graphqlUrl: `http://127.0.0.1:${graphqlPort}`, milliseconds: performance.now() - started };
}

/** Koa with a constant response. */
export async function startBareServer(log: string): Promise<Target> {
  const { child, url } = await launch('tests/bench/bare.ts', '/', log, {});
  return { name: 'bare Koa, a constant', url, method: 'GET', headers: {}, body: '', child };
}

/** The service with a request for a cached caption. */
export async function startService(name: string, log: string, environment: Readonly<Record<string, string>>): Promise<Target> {
  const settings = { VALID_API_KEYS: key, RATE_LIMIT_REQUESTS: '1000000', ...environment };
  const { child, url } = await launch(program, endpoints.ready.path, log, settings);
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return { name, url: url + endpoints.generate.path, method: 'POST', headers, body: JSON.stringify(request), child };
}

/** The service with a query for the text models over GraphQL. */
export async function startGraphql(name: string, log: string, environment: Readonly<Record<string, string>>): Promise<Target> {
  const settings = { VALID_API_KEYS: key, RATE_LIMIT_REQUESTS: '1000000', ...environment };
  const { child, graphqlUrl } = await launch(program, endpoints.ready.path, log, settings);
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ query: '{ models { id name description } }' });
  return { name, url: graphqlUrl + endpoints.graphql.path, method: 'POST', headers, body, child };
}

/** The service in a process that collects garbage on SIGUSR2 and has high rate limits. */
export function startMeasured(log: string, environment: Readonly<Record<string, string>>) {
  const preload = join(import.meta.dirname, 'heap-on-signal.js');
  const plenty = { VALID_API_KEYS: key, RATE_LIMIT_REQUESTS: '1000000', RATE_LIMIT_IP_REQUESTS: '1000000' };
  return launch(program, endpoints.ready.path, log, { ...plenty, ...environment }, ['--expose-gc', '--import', preload]);
}

/** The bundle of the image if `npm run build` created it, otherwise the sources. */
export const program = existsSync(join(root, 'build/service/main.js')) ? 'build/service/main.js' : 'service/main.ts';

/** Milliseconds from the start of the process to the first 200 of /ready. */
export async function startToReady(log: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const { child, milliseconds } = await launch(program, endpoints.ready.path, log, environment);
  await stopProcess(child);
  return milliseconds;
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}

/** Microseconds of CPU time of a process (Linux, 100 ticks per second); 0 on other systems. */
export function cpuMicroseconds({ pid }: ChildProcess): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const [user = 0, system = 0] = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ').slice(11, 13).map(Number) ?? [];
  return (user + system) * 10_000;
}
