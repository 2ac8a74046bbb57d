/**
 * Compares the service with a bare Koa in one run on one machine: alternating rounds over targets in processes of their own. Then
 * measures the time from start to ready. Usage: npm run bench [-- ROUNDS [SECONDS]]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startPostgres, startRedis } from '../services/servers.ts';
import {
  cpuMicroseconds,
  program,
  startBareServer,
  startGraphql,
  startService,
  startToReady,
  stopProcess,
  type Target,
} from './targets.ts';

const connections = 32;
const starts = 10;
const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const print = (line: string) => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Round {
  readonly perSecond: number;
  readonly p99: number;
  readonly cpu: number;
}

async function round({ name, child, url, method, headers, body }: Target, duration: number): Promise<Round> {
  const before = cpuMicroseconds(child);
  const sent = method === 'POST' ? { headers, body } : {};
  const { requests, latency, non2xx, errors } = await autocannon({ url, connections, duration, method, ...sent });
  if (non2xx + errors > 0) throw new Error(`${name}: ${non2xx} without 2xx, ${errors} failed`);
  return { perSecond: requests.average, p99: latency.p99, cpu: (cpuMicroseconds(child) - before) / requests.total };
}

async function compare(targets: readonly Target[]): Promise<void> {
  const results = new Map<Target, Round[]>(targets.map((target) => [target, []]));
  for (const target of targets) await round(target, seconds);
  for (let count = 0; count < rounds; count += 1) {
    for (const [target, list] of results) list.push(await round(target, seconds));
  }
  const medianOf = (target: Target | undefined, figure: keyof Round) =>
    median(target ? (results.get(target) ?? []).map((result) => result[figure]) : []);
  print(`${program}: ${connections} connections, median of ${rounds} rounds of ${seconds} s\n`);
  for (const target of targets) {
    const ratio = (medianOf(target, 'perSecond') / medianOf(targets[0], 'perSecond')) * 100;
    const figures = [
      `${medianOf(target, 'perSecond').toFixed(0)} requests/s`,
      `p99 ${medianOf(target, 'p99')} ms`,
      `CPU ${medianOf(target, 'cpu').toFixed(0)} µs per request`,
    ];
    print(`${target.name.padEnd(36)} ${figures.join('   ')}   ratio ${ratio.toFixed(0)} %`);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
const log = join(folder, 'log');
const redis = await startRedis();
const postgres = await startPostgres();
const targets = [
  await startBareServer(log),
  await startService('cached caption, embedded', log, { LEYENDA_DATA_DIR: join(folder, 'embedded') }),
  ...(redis
    ? [await startService('cached caption, with Redis', log, { LEYENDA_DATA_DIR: join(folder, 'redis'), REDIS_URL: redis.url })]
    : []),
  await startGraphql('models over GraphQL, embedded', log, { LEYENDA_DATA_DIR: join(folder, 'graphql') }),
];
try {
  await compare(targets);
  await Promise.all(targets.map(({ child }) => stopProcess(child)));
  if (postgres !== undefined) {
    await startToReady(log, { DATABASE_URL: postgres.url });
    const times: number[] = [];
    for (let count = 0; count < starts; count += 1) times.push(await startToReady(log, { ROLE: 'api', DATABASE_URL: postgres.url }));
    print(
      `\nstart to ready on a migrated PostgreSQL: median ${median(times).toFixed(0)} ms of ${starts} (longest ${Math.max(...times).toFixed(0)} ms)`,
    );
  }
} finally {
  await Promise.all([...targets.map(({ child }) => stopProcess(child)), redis?.remove(), postgres?.remove()]);
  await rm(folder, { recursive: true, force: true });
}
