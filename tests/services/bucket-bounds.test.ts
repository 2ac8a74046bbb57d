import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { observed, observedAbove, ratio } from '../../manifests/prometheus/promql.ts';
import { queryNumber } from '../../scripts/prometheus/query.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

/** Debian's Prometheus is 2; a build of 3 has this name. */
const programs = ['prometheus', 'prometheus-3'].flatMap(
  (name) => findOnPath(name, `${process.env.PATH}:${join(homedir(), 'go/bin')}`) ?? [],
);
if (programs.length === 0) console.error('skipped: install prometheus');
const withPrometheus = programs.length === 0 ? describe.skip : describe;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A process in which one of four requests takes three seconds. */
async function startProcess(): Promise<string> {
  const metrics = createMetrics();
  const server = createServer((_request, response) => {
    for (const seconds of [0.1, 0.1, 1.5, 3]) metrics.observe('requestDuration', { method: 'POST', route: '/api/v4/generate' }, seconds);
    void metrics.render().then((text) => response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(text));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server[Symbol.asyncDispose]());
  const { port }: { port?: number } = Object(server.address());
  return `127.0.0.1:${port}`;
}

async function startPrometheus(program: string, target: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-bounds-'));
  const scrape_configs = [{ job_name: 'service', static_configs: [{ targets: [target] }] }];
  writeFileSync(join(folder, 'prometheus.yml'), stringify({ global: { scrape_interval: '1s', scrape_timeout: '900ms' }, scrape_configs }));
  const address = `127.0.0.1:${await freePort()}`;
  const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`];
  const child: ChildProcess = spawn(program, args, { stdio: 'ignore' });
  cleanups.push(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true });
  });
  await waitForPort(Number(address.split(':')[1]), child);
  return `http://${address}`;
}

withPrometheus('A bucket with a whole bound', () => {
  test.each(programs)('is found by the objectives in %s, however it writes the bound', async (program) => {
    const url = await startPrometheus(program, await startProcess());
    const slow = ratio(observedAbove(2, 'requestDuration', '1m'), observed('requestDuration', '1m')).promql();
    const query = async (promql: string) => {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
      return { status: response.status, body: await response.json() };
    };
    const share = () => queryNumber(query, slow, new AbortController().signal);
    const isNumber = (found: Awaited<ReturnType<typeof share>>) => 'value' in found;
    expect(await waitUntil(share, isNumber)).toEqual({ value: expect.closeTo(0.25, 5) });
  });
});
