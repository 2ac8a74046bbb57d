import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import { canaryComponent } from '../../manifests/constructs/canary.ts';
import { prometheusAt } from '../../scripts/prometheus/access.ts';
import { instantQueries } from '../../scripts/prometheus/query.ts';
import { evaluateGate, type GateReport } from '../../scripts/rollout/progressive/metrics-gate.ts';
import { createMetrics, type Metrics } from '../../service/telemetry/metrics.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

const program = findOnPath('prometheus');
if (program === undefined) console.error('skipped: install prometheus');
const withPrometheus = program === undefined ? test.skip : test;

/** A process that serves the service's real metrics to Prometheus. */
interface Target {
  readonly metrics: Metrics;
  readonly port: number;
  /** Stops serving metrics. */
  away: boolean;
  close(): void;
}

async function target(): Promise<Target> {
  const metrics = createMetrics();
  const port = await freePort();
  const server = createServer(async (_request, response) => {
    if (made.away) response.destroy();
    else response.setHeader('content-type', 'text/plain; version=0.0.4').end(await metrics.render());
  }).listen(port, '127.0.0.1');
  const made: Target = { metrics, port, away: false, close: () => server.close() };
  await once(server, 'listening');
  return made;
}

const folder = mkdtempSync(join(tmpdir(), 'leyenda-prometheus-'));
let prometheus: ChildProcess | undefined;
let url = '';
let stable: Target;
let canary: Target;

beforeAll(async () => {
  if (program === undefined) return;
  [stable, canary] = [await target(), await target()];
  const job = ({ port }: Target, component: string) => ({
    job_name: component,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    relabel_configs: [
      { target_label: 'job', replacement: names.prefix },
      { target_label: 'component', replacement: component },
    ],
  });
  const config = {
    global: { scrape_interval: '200ms', scrape_timeout: '200ms' },
    scrape_configs: [job(stable, 'api'), job(canary, canaryComponent)],
  };
  // JSON is valid YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  prometheus = spawn(program, [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  await waitForPort(port, prometheus);
});
afterAll(async () => {
  stable?.close();
  canary?.close();
  if (prometheus !== undefined) {
    const exited = once(prometheus, 'exit');
    prometheus.kill();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Records responses of a route with a status and a duration in seconds. */
function answers({ metrics }: Target, count: number, status: number, seconds: number, route = '/api/v4/generate'): void {
  for (let n = 0; n < count; n += 1) {
    metrics.count('requests', { method: 'POST', route, status: String(status) });
    metrics.observe('requestDuration', { method: 'POST', route }, seconds);
  }
}

const evaluate = (seconds: number) =>
  evaluateGate(instantQueries(prometheusAt(url)), { job: { is: names.prefix } }, seconds, { pods: 1 }, new AbortController().signal);
/** Evaluates the gate over the time since a moment until the result matches. */
const since = (moment: number, wanted: (judged: GateReport) => boolean): Promise<GateReport> =>
  waitUntil(() => evaluate(Math.max(1, Math.round((Date.now() - moment) / 1000))), wanted);
/** Longer than a scrape interval: earlier samples are scraped before. */
const pause = () => sleep(1500);

withPrometheus(
  'the canary gate over a real Prometheus has no result without requests, from probes or from the stable release',
  async () => {
    answers(stable, 1000, 200, 0.01);
    answers(canary, 1000, 200, 0.001, '/health');
    const judged = await since(Date.now() - 3000, ({ figures }) => figures.pods === 1);
    expect(judged).toMatchObject({ result: 'inconclusive', figures: { pods: 1, requests: 0 } });
  },
);

withPrometheus('passes a fast release without errors, independent of the stable release', async () => {
  const start = Date.now();
  answers(stable, 1000, 500, 5);
  answers(canary, 400, 200, 0.01);
  answers(canary, 1, 503, 0.01);
  const judged = await since(start - 1000, ({ result }) => result === 'pass');
  expect(judged).toMatchObject({ result: 'pass', figures: { requests: 401, errors: 1 } });
  expect(judged.figures.latency).toBeLessThan(0.05);
});

withPrometheus('counts requests since the start, and a first error in full', async () => {
  await pause();
  const start = Date.now();
  answers(canary, 150, 200, 0.01);
  answers(canary, 5, 500, 0.01);
  await pause();
  const judged = await since(start, ({ figures }) => figures.requests === 155);
  expect(judged).toMatchObject({ result: 'fail', why: '5 of 155 responses are server errors; the objective allows 1 %' });
});

withPrometheus('fails a slow release', async () => {
  await pause();
  const start = Date.now();
  answers(canary, 150, 200, 0.4);
  await pause();
  const judged = await since(start, ({ figures }) => figures.requests === 150);
  expect(judged).toMatchObject({ result: 'fail', why: expect.stringMatching(/^p95 \d+ ms; the objective is 200 ms$/) });
});

withPrometheus('has no result for a release that Prometheus cannot scrape', async () => {
  const start = Date.now();
  answers(canary, 500, 200, 0.01);
  canary.away = true;
  const judged = await since(start, ({ figures }) => figures.pods === undefined);
  expect(judged).toMatchObject({ result: 'inconclusive', why: 'no figures: pods: Prometheus returned 0 values' });
});
