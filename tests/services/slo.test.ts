import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deployments } from '../../manifests/environments/index.ts';
import { badRate, eventRate, rateIntervalSeconds } from '../../manifests/monitoring/objective-rules.ts';
import type { RecordedName } from '../../manifests/prometheus/promql.ts';
import { parseDocument } from '../../scripts/cli/documents.ts';
import { runLeyenda } from '../../scripts/run-leyenda.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

const [program, promtool] = [findOnPath('prometheus'), findOnPath('promtool')];
const installed = program !== undefined && promtool !== undefined;
if (!installed) console.error('skipped: install prometheus');
const withPrometheus = installed ? test : test.skip;

const daySeconds = 86_400;

/** A recorded rate per second at a time, in days before now. */
interface Recorded {
  readonly series: RecordedName;
  readonly days: number;
  readonly value: (daysAgo: number) => number;
}
const inDay = (day: number, daysAgo: number) => daysAgo >= day && daysAgo < day + 1;
const constant = (series: RecordedName, value: number, days = 32): Recorded => ({ series, days, value: () => value });

const history: Readonly<Record<'production' | 'staging', readonly Recorded[]>> = {
  // One request per second: 5 % failed between the fifth and the fourth day before now, and 2 % of the last day.
  production: [
    constant(eventRate('availability'), 1),
    { series: badRate('availability'), days: 32, value: (ago) => (inDay(4, ago) ? 0.05 : inDay(0, ago) ? 0.02 : 0) },
    constant(eventRate('cacheHitRate'), 1, 2),
    constant(badRate('cacheHitRate'), 0.3, 2),
  ],
  // Half of the requests fail since it exists.
  staging: [constant(eventRate('availability'), 1, 3), constant(badRate('availability'), 0.5, 3)],
};

/** The series that the recording rules write, in the OpenMetrics format, which promtool imports. */
function openMetrics(nowSeconds: number): string {
  const families = new Map<string, string[]>();
  for (const name of ['production', 'staging'] as const)
    for (const { series, days, value } of history[name]) {
      const lines = families.get(series) ?? [];
      for (let time = nowSeconds - days * daySeconds; time <= nowSeconds; time += rateIntervalSeconds)
        lines.push(`${series}{namespace="${deployments[name].namespace}"} ${value((nowSeconds - time) / daySeconds)} ${time}`);
      families.set(series, lines);
    }
  return `${[...families].map(([series, lines]) => `# TYPE ${series} gauge\n${lines.join('\n')}`).join('\n')}\n# EOF\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'leyenda-slo-'));
let prometheus: ChildProcess | undefined;
let url = '';

beforeAll(async () => {
  if (program === undefined || promtool === undefined) return;
  const [file, data, config] = ['history.om', 'data', 'prometheus.yml'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(file, openMetrics(Math.floor(Date.now() / 1000)));
  // One block for all days: by default it writes one for every two hours.
  execFileSync(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=800h', file, data], { stdio: 'ignore' });
  writeFileSync(config, '{}');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, '--storage.tsdb.retention.time=60d'];
  prometheus = spawn(program, [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  await waitForPort(port, prometheus);
  await waitUntil(async () => (await fetch(`${url}/-/ready`)).ok);
});
afterAll(async () => {
  if (prometheus !== undefined) {
    const exited = once(prometheus, 'exit');
    prometheus.kill();
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function leyenda(...argv: string[]) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true }, terminal: false };
  const exitCode = await runLeyenda(['slo', ...argv], streams, { signal: new AbortController().signal, env: {} });
  return { exitCode, stdout };
}
/** `--json`, and the objective of each name. */
async function measured(...argv: string[]) {
  const { exitCode, stdout } = await leyenda(...argv, '--json');
  const document: { readonly recordedDays?: number; readonly objectives?: readonly { readonly name: string }[] } = parseDocument(stdout);
  const objective = (name: string) => document.objectives?.find((each) => each.name === name);
  return { exitCode, document, objective };
}
const near = (value: number, tolerance: number) => ({
  asymmetricMatch: (found: unknown) => typeof found === 'number' && Math.abs(found - value) <= tolerance,
  toString: () => `near ${value}`,
});

withPrometheus('a month of history gives the share of good requests, the budget left, the burn rate and the worst day', async () => {
  const { exitCode, document, objective } = await measured('production', '--prometheus', url);
  // Of 30 days of one request per second: 5 % and 2 % of a day failed.
  const failed = 0.07 / 30;
  expect(document.recordedDays).toBe(30);
  expect(objective('availability')).toMatchObject({
    total: near(30 * daySeconds, 2000),
    measured: near(1 - failed, 0.0001),
    budgetLeft: {
      percent: near((1 - failed / 0.01) * 100, 1),
      minutes: near(432 * (1 - failed / 0.01), 5),
      events: near(30 * daySeconds * (0.01 - failed), 500),
    },
    burnRate: near(2, 0.05),
    worstDay: { measured: near(0.95, 0.001) },
  });
  // 70 % of the objective of 80 %: the budget is overdrawn by half.
  expect(objective('cacheHitRate')).toMatchObject({ measured: near(0.7, 0.001), budgetLeft: { percent: near(-50, 1) } });
  expect(exitCode).toBe(8);
});

withPrometheus('an environment that is three days old is measured over three days, and the text says so', async () => {
  const { document, objective } = await measured('staging', '--prometheus', url);
  expect(document.recordedDays).toEqual(near(3, 0.1));
  expect(objective('availability')).toMatchObject({ measured: near(0.5, 0.01) });
  expect(objective('cacheHitRate')).toMatchObject({ measured: null, budgetLeft: null, worstDay: null });
  const { stdout } = await leyenda('staging', '--prometheus', url);
  expect(stdout).toMatch(/^cacheHitRate +– +80 % +no events$/m);
  expect(stdout).toMatch(/^measured over 3\.0 of 30 days: Prometheus recorded no objectives before$/m);
});

withPrometheus('the report in Markdown has a row for every day of every objective', async () => {
  const { stdout } = await leyenda('production', '--prometheus', url, '--report');
  expect(stdout).toMatch(/^# Service levels of production, 30 days until /);
  expect(stdout.match(/^\| \d{4}-.* UTC \| availability \|/gm)).toHaveLength(30);
  expect(stdout).toMatch(/^\| .* UTC \| availability \| 9[45](?:\.\d+)? % \| 8[56],\d{3} \| 4,[123]\d{2} \|$/m);
});

test('a Prometheus without metrics of the service measures nothing, which is no success', async () => {
  const empty = createServer((_request, response) => response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}'));
  await once(empty.listen(0, '127.0.0.1'), 'listening');
  const { port }: { port?: number } = Object(empty.address());
  const { exitCode, document } = await measured('local', '--prometheus', `http://127.0.0.1:${port}`);
  empty.closeAllConnections();
  empty.close();
  expect([exitCode, document.recordedDays]).toEqual([8, 0]);
});

test('without a Prometheus that answers the exit code is rejected, with the cause', async () => {
  const { exitCode, stdout } = await leyenda('production', '--prometheus', `http://127.0.0.1:${await freePort()}`, '--json');
  expect([exitCode, stdout]).toEqual([7, expect.stringContaining('ECONNREFUSED')]);
});
test('neither an environment nor a URL is an error of usage', async () => {
  expect(await leyenda()).toMatchObject({ exitCode: 2 });
});
