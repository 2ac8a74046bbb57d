/**
 * Compares the throughput with metrics, logs and traces on and off, for a cached caption on the embedded database: alternating rounds, and
 * the ratio of each pair with its 95 % confidence interval. Counters are always kept: off means that nothing is scraped, written or sent.
 * Usage: npm run bench:telemetry [-- ROUNDS [SECONDS]]
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpoints } from '../../contract/endpoints/index.ts';
import { median } from './figures.ts';
import { captionBody } from './requests.ts';
import { cpuMicroseconds, stopProcess } from './server-process.ts';
import { authorization, buildBundle, type ServiceProcess, startService } from './service-process.ts';
import { sendLoad } from './wrk.ts';

const connections = 32;
/** Seconds between two scrapes: those of Prometheus in the cluster are further apart. */
const scrapeSeconds = 5;
const [rounds = 15, seconds = 4] = process.argv.slice(2).map(Number);
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Accepts traces. */
let received = 0;
const collector = createServer((request, response) => {
  received += 1;
  request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
const address = collector.address();
const port = typeof address === 'object' ? address?.port : undefined;

async function round(service: ServiceProcess) {
  const before = cpuMicroseconds(service);
  const result = await sendLoad(
    { url: service.url + endpoints.generate.path, headers: authorization, body: captionBody },
    { seconds, connections },
  );
  if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
  return { perSecond: result.perSecond, cpu: (cpuMicroseconds(service) - before) / result.requests };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The geometric mean of some ratios, and the factor of its 95 % confidence interval. */
function ratioOf(ratios: readonly number[]): string {
  const logs = ratios.map(Math.log);
  const center = mean(logs);
  const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - center) ** 2, 0) / (logs.length - 1));
  const margin = (1.96 * deviation) / Math.sqrt(logs.length);
  return `${Math.exp(center).toFixed(3)} (${Math.exp(center - margin).toFixed(3)} to ${Math.exp(center + margin).toFixed(3)})`;
}

const folder = await mkdtemp(join(tmpdir(), 'leyenda-telemetry-'));
await buildBundle();
const start = (name: string, env: Readonly<Record<string, string>>) =>
  startService({ log: join(folder, `${name}.log`), env: { ...env, LEYENDA_DATA_DIR: join(folder, name) } });
const off = await start('off', { ENABLE_METRICS: 'false', LOG_LEVEL: 'silent' });
const on = await start('on', { LOG_LEVEL: 'info', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
const scraping = setInterval(() => void fetch(on.url + endpoints.metrics.path).then((response) => response.text()), scrapeSeconds * 1000);
try {
  const pairs: { readonly on: Awaited<ReturnType<typeof round>>; readonly off: Awaited<ReturnType<typeof round>> }[] = [];
  for (let count = 0; count <= rounds; count += 1) {
    // Each goes first in every other pair.
    const [first, second] = count % 2 === 0 ? [on, off] : [off, on];
    const results = [await round(first), await round(second)] as const;
    const [of, other] = count % 2 === 0 ? results : [results[1], results[0]];
    // The first pair warms up.
    if (count > 0) pairs.push({ on: of, off: other });
  }
  print(`${connections} connections, ${rounds} pairs of rounds of ${seconds} s, ${received} batches of traces received`);
  for (const name of ['off', 'on'] as const) {
    const of = (figure: 'perSecond' | 'cpu') => median(pairs.map((pair) => pair[name][figure])).toFixed(0);
    print(`${name.padEnd(4)} ${of('perSecond')} requests/s   CPU ${of('cpu')} µs per request`);
  }
  print(`throughput on / off ${ratioOf(pairs.map((pair) => pair.on.perSecond / pair.off.perSecond))}, goal ≥ 0.85`);
  print(`CPU time   on / off ${ratioOf(pairs.map((pair) => pair.on.cpu / pair.off.cpu))}`);
} finally {
  clearInterval(scraping);
  await Promise.all([stopProcess(on), stopProcess(off)]);
  collector.close();
  await rm(folder, { recursive: true, force: true });
}
