/**
 * Measures how long a client waits for /health while several clients send the most expensive requests, one kind at a time.
 * Usage: npm run bench:blocking [-- SECONDS]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type ExpensiveRequest, expensiveRequests } from './expensive-requests.ts';
import { stopProcess } from './server-process.ts';
import { authorization, buildBundle, type ServiceProcess, startService } from './service-process.ts';

const clients = 4;
const [seconds = 5] = process.argv.slice(2).map(Number);
const print = (line: string) => void process.stdout.write(`${line}\n`);

let sent = 0;

async function send({ url, graphqlUrl }: ServiceProcess, { port, path, body }: ExpensiveRequest): Promise<void> {
  const headers = { ...authorization, 'Content-Type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  await (await fetch((port === 'http' ? url : graphqlUrl) + path, init)).arrayBuffer();
}

/** Requests /health every few milliseconds while the clients send; returns the latencies in milliseconds. */
async function measureLatencies(target: ServiceProcess, request: ((number: number) => ExpensiveRequest) | undefined): Promise<number[]> {
  // The first request loads modules.
  if (request !== undefined) await send(target, request(0));
  const end = performance.now() + seconds * 1000;
  const load = Array.from({ length: request === undefined ? 0 : clients }, async () => {
    while (request !== undefined && performance.now() < end) {
      sent += 1;
      await send(target, request(sent));
    }
  });
  const latencies: number[] = [];
  while (performance.now() < end) {
    const start = performance.now();
    await send(target, { port: 'http', path: endpoints.health.path });
    latencies.push(performance.now() - start);
    await sleep(5);
  }
  await Promise.all(load);
  return latencies.sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;

const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
await buildBundle();
const target = await startService({ log: join(folder, 'log'), env: { LEYENDA_DATA_DIR: join(folder, 'data') } });
try {
  for (const [name, request] of [['nothing else', undefined], ...Object.entries(expensiveRequests)] as const) {
    const sorted = await measureLatencies(target, request);
    const figures = [0.5, 0.99, 1].map((part) => percentile(sorted, part).toFixed(1).padStart(8));
    print(`${name.padEnd(36)} p50 ${figures[0]}   p99 ${figures[1]}   longest ${figures[2]} ms   of ${sorted.length}`);
  }
} finally {
  await stopProcess(target);
  await rm(folder, { recursive: true, force: true });
}
