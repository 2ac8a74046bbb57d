import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod';
import type { Environment } from '../../manifests/environments/environment.ts';
import { ruleGroups } from '../../manifests/monitoring/alerts.ts';
import { createServerProcess, freePort } from './servers.ts';

const answer = z.union([
  z.object({ status: z.literal('success'), data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }) }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** A real Prometheus with the rules of an environment. It scrapes processes of its roles and other programs, and evaluates the rules every second. */
export async function startPrometheus(
  program: string,
  environment: Environment,
  roles: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-prometheus-'));
  const write = (name: string, value: object) => writeFileSync(join(folder, name), stringify(value, { aliasDuplicateObjects: false }));
  write('rules.yml', { groups: ruleGroups(environment).map((group) => ({ ...group, interval: '1s' })) });
  write('prometheus.yml', {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      ...Object.entries(roles).map(([component, target]) => ({
        job_name: component,
        static_configs: [{ targets: [target], labels: { job: environment.names.prefix, component } }],
      })),
      ...Object.entries(others).map(([name, target]) => ({ job_name: name, static_configs: [{ targets: [target] }] })),
    ],
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const server = createServerProcess(url, {
    folder,
    port,
    stopSignal: 'SIGKILL',
    launch: () => spawn(program, args, { stdio: 'ignore' }),
    isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  await server.start();
  return {
    /** The finite values of a query. @throws if Prometheus rejects it */
    async valuesOf(query: string): Promise<number[]> {
      const read = answer.parse(await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)).json());
      if (read.status === 'error') throw new Error(`${query}: ${read.error}`);
      return read.data.result.map(({ value: [, value] }) => Number(value)).filter(Number.isFinite);
    },
    end: server.remove,
  };
}
export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;
