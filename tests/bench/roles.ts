/**
 * `leyenda load` at the roles api, graphql and worker, each a process on PostgreSQL and Redis, with the metrics of all three.
 * Usage: npm run bench:roles [-- OPTIONS OF LEYENDA LOAD]. Exit code: that of the command.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres, startRedis } from '../services/servers.ts';
import { stopProcess } from './server-process.ts';
import { buildBundle, key, startService } from './service-process.ts';

const root = join(import.meta.dirname, '..', '..');
const [postgres, redis] = [await startPostgres(), await startRedis()];
if (postgres === undefined || redis === undefined) throw new Error('install PostgreSQL (/usr/lib/postgresql) and redis-server');
const folder = await mkdtemp(join(tmpdir(), 'leyenda-roles-'));
await buildBundle();
const log = join(folder, 'log');
const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
try {
  // Migrates.
  await stopProcess(await startService({ log, env: { ...env, ROLE: 'all' } }));
  const start = async (ROLE: string) => {
    const port = await freePort();
    const service = await startService({ log, env: { ...env, ROLE, METRICS_PORT: String(port) } });
    return { ...service, metricsUrl: `http://127.0.0.1:${port}` };
  };
  const [api, graphql, worker] = [await start('api'), await start('graphql'), await start('worker')];
  const roles = [api, graphql, worker];
  const urls = ['--graphql-url', graphql.graphqlUrl, '--metrics-url', roles.map(({ metricsUrl }) => metricsUrl).join(',')];
  const command = [join(root, 'scripts', 'leyenda.js'), 'load', api.url, ...urls, ...process.argv.slice(2)];
  const child = spawn(process.execPath, command, { env: { ...process.env, LEYENDA_API_KEY: key }, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  process.exitCode = Number(code);
  await Promise.all(roles.map(stopProcess));
} finally {
  await Promise.all([postgres.remove(), redis.remove(), rm(folder, { recursive: true, force: true })]);
}
