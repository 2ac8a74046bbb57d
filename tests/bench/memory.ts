/**
 * Shows the memory of each role, and whether memory grows under requests that all differ, streams that clients cut, and batches.
 * Usage: npm run bench:memory [-- --requests N --streams N --batches N]; 0 skips a workload. Exit code 1 if the heap grows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import { startPostgres, startRedis } from '../services/servers.ts';
import { type Growth, measureGrowth } from './memory/growth.ts';
import { startMeasured } from './memory/measured-process.ts';
import { measureRoles } from './memory/roles.ts';
import { closeConnections } from './memory/send.ts';
import { upstreamModel, workloads } from './memory/workloads.ts';
import { stopProcess } from './server-process.ts';
import { buildBundle } from './service-process.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    streams: { type: 'string', default: '10000' },
    batches: { type: 'string', default: '1000' },
  },
});
const print = (line: string) => void process.stdout.write(`${line}\n`);
const cell = (text: string) => text.padStart(16);
const megabytes = (value: number) => cell(`${value.toFixed(1)} MB`);

/** More than chance and more than a twentieth of the heap over the complete workload. */
const grows = ({ slope: { slope, error }, at50 }: Growth, total: number) => slope > 3 * error && slope * total > at50.heap / 20;

const folder = await mkdtemp(join(tmpdir(), 'leyenda-memory-'));
const upstream = await startUpstream(respondsWithText('Red bicycle, white wall, golden hour and a long way home.', { pieceMs: 5 }));
const models = {
  TEXT_MODELS: JSON.stringify([
    { provider: 'offline', id: 'offline' },
    { provider: 'openai', id: upstreamModel, base_url: upstream.url, api_key: 'sk-upstream', capabilities: ['chat', 'streaming'] },
  ]),
};
await buildBundle();
const [postgres, redis] = [await startPostgres(), await startRedis()];
const stores = postgres && redis ? { DATABASE_URL: postgres.url, REDIS_URL: redis.url } : 'PostgreSQL or Redis is not installed';
const service = await startMeasured(join(folder, 'log'), { LEYENDA_DATA_DIR: join(folder, 'data'), ...models });
try {
  const rows: string[] = [];
  for (const name of ['requests', 'streams', 'batches'] as const) {
    const total = Number(values[name]);
    if (total === 0) continue;
    const growth = await measureGrowth(workloads[name], service, total, print);
    const { at50, at100, slope, residentSlope } = growth;
    const leak = grows(growth, total);
    if (leak) process.exitCode = 1;
    const per1000 = ({ slope, error }: Growth['slope']) => cell(`${(slope * 1e6).toFixed(0)} ± ${(error * 1e6).toFixed(0)} kB`);
    const figures = [megabytes(at50.heap), megabytes(at100.heap), per1000(slope), megabytes(at100.resident), per1000(residentSlope)];
    rows.push(`${`${total} ${name}`.padEnd(18)}${figures.join('')}   ${leak ? 'GROWS' : 'does not grow'}`);
  }
  await stopProcess(service);
  const titles = ['heap at 50 %', 'heap at 100 %', 'per 1000', 'resident', 'per 1000'];
  print(`\nall, embedded     ${titles.map(cell).join('')}\n${rows.join('\n')}`);
  print(`\nrole              ${['heap', 'resident'].map(cell).join('')}`);
  for (const { name, heap, resident } of await measureRoles(folder, stores, models)) {
    print(`${name.padEnd(18)}${megabytes(heap)}${megabytes(resident)}`);
  }
  if (typeof stores === 'string') print(`others skipped: ${stores}`);
} finally {
  closeConnections();
  await Promise.all([stopProcess(service), upstream.close(), postgres?.remove(), redis?.remove()]);
  await rm(folder, { recursive: true, force: true });
}
