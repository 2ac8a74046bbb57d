/**
 * A million requests at two processes on PostgreSQL and Redis, with a million rows of usage: errors, memory, latencies at the start and
 * at the end, and whether each request was recorded exactly once. Usage: npm run bench:soak [-- --requests N --rows N --rate PER_SECOND];
 * without a rate as fast as the processes answer, 32 at a time.
 * Exit code 1 if a request fails, the memory grows, or a request is not recorded.
 */
import { parseArgs } from 'node:util';
import { startPostgres, startRedis } from '../services/servers.ts';
import { slopeOf } from './memory/slope.ts';
import { cpuMicroseconds, residentMegabytes, stopProcess } from './server-process.ts';
import { buildBundle, startService } from './service-process.ts';
import { countUsage, fillUsage } from './soak/rows.ts';
import { sendAll } from './soak/send-all.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '1000000' },
    rate: { type: 'string' },
  },
});
const [total, rows] = [Number(values.requests), Number(values.rows)];
const rate = values.rate === undefined ? undefined : Number(values.rate);
const print = (line: string) => void process.stdout.write(`${line}\n`);
const warmUp = 10_000;
const fail = (line: string) => {
  print(`FAILED: ${line}`);
  process.exitCode = 1;
};

const [postgres, redis] = [await startPostgres(), await startRedis()];
if (postgres === undefined || redis === undefined) throw new Error('install PostgreSQL (/usr/lib/postgresql) and redis-server');
await buildBundle();
// The caches of memory are full before the second half. The quota of the key, a million requests at most, is restored each minute.
const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, CACHE_MAX_ENTRIES: '500', RATE_LIMIT_WINDOW: '60' };
const log = '/dev/null';
try {
  // Migrates.
  await stopProcess(await startService({ log, env: { ...env, ROLE: 'all' } }));
  await fillUsage(postgres.url, rows);
  const before = await countUsage(postgres.url);
  const processes = [await startService({ log, env: { ...env, ROLE: 'api' } }), await startService({ log, env: { ...env, ROLE: 'api' } })];
  print(`${total} requests${rate === undefined ? '' : `, ${rate} per second`} at two processes; ${before.rows} rows of usage`);
  const urls = processes.map(({ url }) => url);
  // Until their code is compiled.
  const warm = await sendAll(urls, warmUp, rate, () => {});
  const memory: { readonly done: number; readonly megabytes: readonly number[] }[] = [];
  const { errors, latencies, seconds } = await sendAll(urls, total, rate, (done, part) => {
    const megabytes = processes.map(residentMegabytes);
    memory.push({ done, megabytes });
    const times = [0.5, 0.99].map((quantile) => part.quantile(quantile).toFixed(1));
    print(`${done}: p50 ${times[0]} ms, p99 ${times[1]} ms, resident ${megabytes.map((value) => value.toFixed(0)).join(' and ')} MB`);
  });
  const cpu = processes.map((each) => cpuMicroseconds(each) / ((warmUp + total) / processes.length));
  // Writes the usage that is still in memory.
  await Promise.all(processes.map(stopProcess));
  const after = await countUsage(postgres.url);
  const recorded = after.requests - before.requests;
  print(
    `\n${(total / seconds).toFixed(0)} requests per second, CPU ${cpu.map((value) => value.toFixed(0)).join(' and ')} µs per request with start`,
  );
  print(
    `p99 of the first twentieth ${latencies[0]?.quantile(0.99).toFixed(1)} ms, of the last ${latencies.at(-1)?.quantile(0.99).toFixed(1)} ms`,
  );
  print(`recorded ${recorded} requests in ${after.rows - before.rows} rows`);
  const failed = [...warm.errors, ...errors];
  if (failed.length > 0) fail(failed.map(([what, count]) => `${count} × ${what}`).join(', '));
  if (recorded !== warmUp + total) fail(`${warmUp + total - recorded} requests are not recorded`);
  const half = memory.slice(memory.length / 2 - 1);
  for (const [index] of processes.entries()) {
    const points = half.map(({ done, megabytes }) => [done, megabytes[index] ?? Number.NaN] as const);
    const { slope, error } = slopeOf(points);
    const [start = Number.NaN] = points.map(([, megabytes]) => megabytes);
    print(
      `memory of process ${index + 1} in the second half: ${(slope * 1e6).toFixed(1)} ± ${(error * 1e6).toFixed(1)} MB per million requests`,
    );
    // More than chance, and more than a twentieth.
    if (slope > 3 * error && slope * total > start / 20) fail(`the memory of process ${index + 1} grows`);
  }
} finally {
  await Promise.all([postgres.remove(), redis.remove()]);
}
