/**
 * Compares one and two processes (WORKERS) of role api for a cached caption on PostgreSQL and Redis: alternating rounds, in which the
 * load takes its part of the same cores. Usage: npm run bench:workers [-- ROUNDS [SECONDS]]
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpoints } from '../../contract/endpoints/index.ts';
import { startPostgres, startRedis } from '../services/servers.ts';
import { median } from './figures.ts';
import { captionBody } from './requests.ts';
import { type ServerProcess, stopProcess } from './server-process.ts';
import { authorization, buildBundle, startService } from './service-process.ts';
import { sendLoad } from './wrk.ts';

const connections = 64;
const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Microseconds of CPU time of a process and its children (Linux, 100 ticks per second). */
function cpuMicroseconds({ child: { pid } }: ServerProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const ticks = [String(pid), ...children].flatMap((id) =>
    (readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ').slice(11, 13).map(Number),
  );
  return ticks.reduce((sum, value) => sum + value, 0) * 10_000;
}

const [postgres, redis] = [await startPostgres(), await startRedis()];
if (postgres === undefined || redis === undefined) throw new Error('install PostgreSQL (/usr/lib/postgresql) and redis-server');
const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
await buildBundle();
const stores = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
const log = join(folder, 'log');
// Migrates.
await stopProcess(await startService({ log, env: { ...stores, ROLE: 'all' } }));
const targets = await Promise.all(
  ['1', '2'].map(async (workers) => {
    const service = await startService({ log, env: { ...stores, ROLE: 'api', WORKERS: workers } });
    return { workers, service, perSecond: [] as number[], cpu: [] as number[] };
  }),
);
try {
  for (let round = 0; round <= rounds; round += 1) {
    for (const { service, perSecond, cpu } of targets) {
      const before = cpuMicroseconds(service);
      const request = { url: service.url + endpoints.generate.path, headers: authorization, body: captionBody };
      const result = await sendLoad(request, { seconds, connections });
      if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
      // The first round warms up.
      if (round === 0) continue;
      perSecond.push(result.perSecond);
      cpu.push((cpuMicroseconds(service) - before) / result.requests);
    }
  }
  print(`${availableParallelism()} cores shared with the load, ${connections} connections, median of ${rounds} rounds of ${seconds} s`);
  for (const { workers, perSecond, cpu } of targets) {
    print(`WORKERS=${workers}   ${median(perSecond).toFixed(0)} requests/s   CPU ${median(cpu).toFixed(0)} µs per request`);
  }
  const [one = Number.NaN, two = Number.NaN] = targets.map(({ perSecond }) => median(perSecond));
  print(`ratio ${(two / one).toFixed(2)}`);
} finally {
  await Promise.all([...targets.map(({ service }) => stopProcess(service)), postgres.remove(), redis.remove()]);
  await rm(folder, { recursive: true, force: true });
}
