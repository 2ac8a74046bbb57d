/**
 * Compares the service with a bare Koa, with other gateways and with a FastAPI application in one run on one machine, and checks the goals.
 * Usage: npm run bench [-- peers] [--folder FOLDER] [--rounds N] [--seconds S]
 *   peers     installs Portkey, LiteLLM and FastAPI (npm, PyPI; a minute) and measures them too
 *   --folder  where the peers are installed and reused (default: a temporary folder)
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { findOnPath, startPostgres, startRedis } from '../services/servers.ts';
import { measureOthers, moveToLoadCore, pinning } from './cores.ts';
import { measureAll } from './measure/all.ts';
import { installPeers } from './peers/install.ts';
import { figuresTable, goalsTable } from './report.ts';
import { stopProcess } from './server-process.ts';
import { buildBundle, bundle } from './service-process.ts';
import { startScript } from './targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '5' } },
});
const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
const print = (line: string) => void process.stdout.write(`${line}\n`);
const run = promisify(execFile);

if (findOnPath('wrk') === undefined) {
  console.error('Install wrk, which sends the load: apt-get install wrk');
  process.exit(1);
}
const others = await measureOthers();
if (others > 0.1) print(`Other processes use ${(others * 100).toFixed(0)} % of this machine: only ratios say something.\n`);
const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
const peersFolder = values.folder ?? join(folder, 'peers');
const wantsPeers = positionals.includes('peers');
const failure = wantsPeers ? await installPeers(peersFolder) : 'only with the argument "peers"';
await buildBundle();
moveToLoadCore();
const [postgres, redis] = [await startPostgres(), await startRedis()];
const upstream = await startScript('mock-upstream.ts', join(folder, 'upstream.log'), (command) => command);
try {
  if (postgres) await run(process.execPath, [bundle], { env: { ROLE: 'migrate', DATABASE_URL: postgres.url } });
  const stores =
    postgres && redis ? { DATABASE_URL: postgres.url, REDIS_URL: redis.url } : `${postgres ? 'Redis' : 'PostgreSQL'} is not installed`;
  print(`median of ${effort.rounds} rounds of ${effort.seconds} s by wrk; ${pinning}\n`);
  const around = { folder, upstream: `${upstream.url}v1`, stores, peers: failure ?? { folder: peersFolder } };
  const results = await measureAll(around, effort, print);
  print(`\n${figuresTable(results)}\n\n${goalsTable(results)}`);
} finally {
  await Promise.all([stopProcess(upstream.server), postgres?.remove(), redis?.remove()]);
  await rm(folder, { recursive: true, force: true });
}
