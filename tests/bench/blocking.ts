/**
 * How long another client waits for /health while the service reads what costs it most, each from several clients at once.
 * Usage: npm run bench:blocking [-- SECONDS]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type ExpensiveRequest, expensiveRequests } from './expensive-requests.ts';
import { key, measured, stopProcess } from './targets.ts';

const clients = 4;
const [seconds = 5] = process.argv.slice(2).map(Number);
const say = (line: string) => void process.stdout.write(`${line}\n`);

type Running = Awaited<ReturnType<typeof measured>>;
let sent = 0;

async function send({ url, graphqlUrl }: Running, { port, path, body }: ExpensiveRequest): Promise<void> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  await (await fetch((port === 'http' ? url : graphqlUrl) + path, init)).arrayBuffer();
}

/** Asks for /health every few milliseconds while the clients send; the waits in milliseconds. */
async function waits(target: Running, request: ((number: number) => ExpensiveRequest) | undefined): Promise<number[]> {
  // What is loaded with the first request is loaded once.
  if (request !== undefined) await send(target, request(0));
  const over = performance.now() + seconds * 1000;
  const load = Array.from({ length: request === undefined ? 0 : clients }, async () => {
    while (request !== undefined && performance.now() < over) {
      sent += 1;
      await send(target, request(sent));
    }
  });
  const measuredWaits: number[] = [];
  while (performance.now() < over) {
    const start = performance.now();
    await send(target, { port: 'http', path: endpoints.health.path });
    measuredWaits.push(performance.now() - start);
    await sleep(5);
  }
  await Promise.all(load);
  return measuredWaits.sort((a, b) => a - b);
}

const share = (sorted: readonly number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;

const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
const target = await measured(join(folder, 'log'), { LEYENDA_DATA_DIR: join(folder, 'data') });
try {
  for (const [name, request] of [['nothing else', undefined], ...Object.entries(expensiveRequests)] as const) {
    const sorted = await waits(target, request);
    const figures = [0.5, 0.99, 1].map((part) => share(sorted, part).toFixed(1).padStart(8));
    say(`${name.padEnd(36)} p50 ${figures[0]}   p99 ${figures[1]}   longest ${figures[2]} ms   of ${sorted.length}`);
  }
} finally {
  await stopProcess(target.child);
  await rm(folder, { recursive: true, force: true });
}
