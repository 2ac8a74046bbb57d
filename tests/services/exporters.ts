import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitoringRole, monitoringRoleSql } from '../../contract/monitoring.ts';
import { components } from '../../manifests/components/components.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import { local } from '../../manifests/environments/local.ts';
import { type Exporter, exporterNames, exporterServers } from '../../manifests/monitoring/exporters.ts';
import { findOnPath, freePort, postgresBin, waitForPort } from './servers.ts';

/** The programs of Debian's packages. */
export const missingExporters = exporterNames.filter((name) => findOnPath(`prometheus-${name}`) === undefined);

const password = 'monitoring-password';

/** Creates the role of postgres_exporter twice: the second time changes the password. */
function createRole(databaseUrl: string): void {
  for (const value of ['another', password])
    execFileSync(join(postgresBin() ?? '', 'psql'), ['--set', 'ON_ERROR_STOP=1', '--set', `password=${value}`, databaseUrl], {
      input: monitoringRoleSql,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
}

/** What psql says to a query of the role. */
export function asMonitoringRole(databaseUrl: string, query: string): string {
  const url = new URL(databaseUrl);
  url.username = monitoringRole;
  const { stdout, stderr } = spawnSync(join(postgresBin() ?? '', 'psql'), ['--tuples-only', '--command', query, url.href], {
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}

/** The exporters with the arguments and variables of `local`, over servers of the test. Addresses by exporter. */
export async function startExporters(databaseUrl: string, redisUrl: string) {
  createRole(databaseUrl);
  const [database, cache] = [new URL(databaseUrl), new URL(redisUrl)];
  const metricsPorts = { 'node-metrics': await freePort(), 'pg-metrics': await freePort(), 'redis-metrics': await freePort() };
  const ports = { ...local.ports, ...metricsPorts, postgres: Number(database.port), redis: Number(cache.port) };
  const servers = exporterServers({ ...local, ports }, { postgres: database.hostname, redis: cache.hostname });
  const started: ChildProcess[] = [];
  async function start(name: Exporter): Promise<string> {
    const { args = [], env = [] } = servers[name];
    const variables = Object.fromEntries(env.map((each) => [each.name, each.value ?? password]));
    // The database of the product is another one on a server of tests.
    const source = variables.DATA_SOURCE_URI?.replace(`/${localDatabase.database}?`, `${database.pathname}?`);
    const child = spawn(`prometheus-${name}`, args, {
      env: { PATH: process.env.PATH, ...variables, ...(source && { DATA_SOURCE_URI: source }) },
      stdio: 'ignore',
    });
    started.push(child);
    const port = ports[components[name].listens[0]];
    await waitForPort(port, child);
    return `127.0.0.1:${port}`;
  }
  return {
    addresses: {
      'node-exporter': await start('node-exporter'),
      'postgres-exporter': await start('postgres-exporter'),
      'redis-exporter': await start('redis-exporter'),
    } satisfies Readonly<Record<Exporter, string>>,
    async end() {
      await Promise.all(
        started.map((child) => {
          const exited = once(child, 'exit');
          child.kill();
          return exited;
        }),
      );
    },
  };
}
