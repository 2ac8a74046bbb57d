import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metrics } from '../../contract/metrics.ts';
import { deployments } from '../../manifests/environments/index.ts';
import { alertGroup } from '../../manifests/monitoring/alerts.ts';
import { parseDocument } from '../../scripts/cli/documents.ts';
import { certificateAt } from '../../scripts/readiness/certificate.ts';
import { NotCheckable, postflightItems, preflightItems } from '../../scripts/readiness/checklist.ts';
import { closedOnThisMachine } from '../../scripts/readiness/closed-ports.ts';
import { logFileDetail } from '../../scripts/readiness/log.ts';
import { backupDetail } from '../../scripts/readiness/url-target.ts';
import { runLeyenda } from '../../scripts/run-leyenda.ts';
import { certificateFor } from '../../service/testing/certificate.ts';
import { testDatabase } from '../../service/testing/database.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';

const servers: Server[] = [];
async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  await once(server.listen(0, host), 'listening');
  const { port }: { port: number } = Object(server.address());
  return port;
}
const serving = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createServer(listener))}`;
afterAll(async () => {
  for (const server of servers) server.closeAllConnections() ?? server.close();
  await testDatabase.destroy();
});

/** Runs a command; its items by name. */
async function leyenda(credential: string | undefined, ...argv: readonly string[]) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true }, terminal: false };
  const env = credential === undefined ? {} : { LEYENDA_API_KEY: credential };
  const exitCode = await runLeyenda([...argv, '--json'], streams, { signal: new AbortController().signal, env });
  const { items }: { items?: readonly { item: string; state: string; detail: string; remedy?: string }[] } = parseDocument(stdout);
  return { exitCode, items: items ?? [], item: (name: string) => items?.find((each) => each.item === name) };
}

/** A Prometheus that answers with these alert rules and targets, as its HTTP API does. */
const prometheus = (rules: readonly { name: string; state: string }[], targets: readonly string[]) =>
  serving((request, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      '/api/v1/alertmanagers': { activeAlertmanagers: [{ url: 'http://alertmanager:9093' }] },
      '/api/v1/rules': { groups: [{ rules }] },
      '/api/v1/query': { result: targets.map((value, at) => ({ metric: { instance: `pod-${at}` }, value: [0, value] })) },
      '/api/v1/query_range': { result: [] },
    };
    const { pathname } = new URL(request.url ?? '', 'http://x');
    response.end(JSON.stringify({ status: 'success', data: answers[pathname] }));
  });

describe('A running service by its URL', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  test('has a result for each item of preflight, and the missing backup fails with its fix', async () => {
    // The service reports a dependency as down if it takes 1.5 seconds to answer, as it can on a busy machine.
    const { exitCode, items, item } = await waitUntil(
      () => leyenda('admin-key', 'preflight', service.url),
      (result) => result.item('database')?.state === 'ok',
    );
    expect(items.map((each) => each.item)).toEqual(Object.keys(preflightItems));
    expect(Object.fromEntries(items.map((each) => [each.item, each.state]))).toEqual({
      variables: 'ok',
      certificate: 'not checkable',
      keys: 'ok',
      database: 'ok',
      monitoring: 'not checkable',
      backups: 'failed',
      firewall: expect.stringMatching(/^(ok|not checkable)$/),
      load: 'not checkable',
    });
    expect(item('backups')).toMatchObject({
      detail: 'no verified backup of the database is recorded',
      remedy: expect.stringMatching(/backup/),
    });
    expect(exitCode).toBe(8);
  });

  test('fails the item of the keys without an API key, and names the variable', async () => {
    const { item } = await leyenda(undefined, 'preflight', service.url);
    expect(item('keys')).toMatchObject({ state: 'failed', detail: 'LEYENDA_API_KEY is not set' });
  });

  test('passes postflight; what needs other programs is not checkable, with the flag to pass', async () => {
    const { exitCode, items, item } = await leyenda('admin-key', 'postflight', service.url);
    expect(items.map((each) => each.item)).toEqual(Object.keys(postflightItems));
    expect(items.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(items.filter(({ state }) => state === 'not checkable').map((each) => each.item)).toEqual(['dashboards', 'alerts', 'logs']);
    expect(item('alerts')?.detail).toBe('pass --prometheus URL');
    expect(exitCode).toBe(0);
  });

  test('fails preflight if the load test missed an objective, or its report is not one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-load-'));
    const report = (text: string) => {
      const file = join(folder, `report-${text.length}.json`);
      writeFileSync(file, text);
      return leyenda('admin-key', 'preflight', service.url, '--load-report', file).then(({ item }) => item('load'));
    };
    expect(await report(JSON.stringify({ target: 'https://staging', passed: true }))).toMatchObject({ state: 'ok' });
    expect(await report(JSON.stringify({ target: 'https://staging', passed: false }))).toMatchObject({
      state: 'failed',
      detail: 'the load test of https://staging missed an objective, or was too short to measure one',
    });
    expect(await report('{}')).toMatchObject({ state: 'failed', detail: expect.stringContaining('is not a report of leyenda load') });
  });

  test('queries Prometheus for targets and alerts: a firing or missing alert and a lost target fail', async () => {
    const names = [...new Set(alertGroup(deployments.local).rules.map(({ alert }) => alert))];
    const rules = (firing: string) => names.map((name) => ({ name, state: name === firing ? 'firing' : 'inactive' }));
    const check = async (url: string) => (await leyenda('admin-key', 'postflight', service.url, '--prometheus', url)).item;
    const healthy = await check(await prometheus(rules('Watchdog'), ['1', '1']));
    expect([healthy('alerts')?.state, healthy('metrics')?.state]).toEqual(['ok', 'ok']);
    const firing = await check(await prometheus(rules('ServiceDown'), ['1', '0']));
    expect(firing('alerts')).toMatchObject({ state: 'failed', detail: 'firing: ServiceDown' });
    expect(firing('metrics')).toMatchObject({ state: 'failed', detail: 'Prometheus cannot scrape pod-1' });
    const missing = await check(await prometheus([], ['1']));
    expect(missing('alerts')).toMatchObject({ state: 'failed', detail: expect.stringContaining('Prometheus has no alert') });
  });

  test('that is not there fails every item that calls it', async () => {
    const { exitCode, items } = await leyenda('admin-key', 'preflight', 'http://127.0.0.1:9');
    expect(items.filter(({ state }) => state === 'failed').map((each) => each.item)).toEqual(['variables', 'keys', 'database', 'backups']);
    expect(exitCode).toBe(8);
  });
});

test('a target that is neither an environment nor a URL is an error of usage', async () => {
  expect(await leyenda(undefined, 'preflight', 'moon').then(({ exitCode }) => exitCode)).toBe(2);
});

describe('The backup by its metric', () => {
  const text = (seconds: number) => `# TYPE x gauge\n${metrics.backupLastSuccess.name} ${seconds}\n`;
  const now = Date.UTC(2026, 0, 2);

  test('is ok within 26 hours and fails after them', () => {
    expect(backupDetail(text(now / 1000 - 3600), now)).toBe('the last verified backup is 1.0 hours old');
    expect(() => backupDetail(text(now / 1000 - 27 * 3600), now)).toThrow('the last backup is 27 hours old');
  });
});

describe('The ports of this machine', () => {
  test('are closed if nothing listens on its addresses, and otherwise another machine must check them', async () => {
    const port = await listen(createServer());
    const gone = createServer();
    const free = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    expect(await closedOnThisMachine(['127.0.0.1'], { Redis: free })).toBe('closed on 127.0.0.1: Redis');
    await expect(closedOnThisMachine(['127.0.0.1'], { Redis: free, Prometheus: port })).rejects.toThrow(
      `open on 127.0.0.1: Prometheus (${port}); pass http://127.0.0.1 as the target on another machine`,
    );
    await expect(closedOnThisMachine([])).rejects.toThrow(NotCheckable);
  });
});

describe('The log of a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-log-'));
  const line = (fields: object) => JSON.stringify({ level: 'info', timestamp: '2026-01-01T00:00:00.000Z', message: 'ready', ...fields });
  const detail = (...lines: readonly string[]) => {
    writeFileSync(join(folder, 'log'), lines.join('\n'));
    return logFileDetail(join(folder, 'log'));
  };

  test('is JSON next to text for people; without JSON, or without a field that each line has, it fails', () => {
    expect(detail('Instagram Captions API is ready', line({}), line({}))).toMatch(/^the last 2 lines of .*log are JSON$/);
    expect(() => detail('listening on 8080')).toThrow(/is empty/);
    expect(() => detail(line({}), line({ message: undefined }))).toThrow(/^1 of 2 lines of .* are not JSON$/);
    expect(() => logFileDetail(join(folder, 'gone'))).toThrow(/cannot be read/);
    expect(() => logFileDetail(undefined)).toThrow('pass --log FILE');
  });
});

describe('A TLS certificate', () => {
  const pair = certificateFor('api.example.com');
  const withOpenssl = pair === undefined ? test.skip : test;

  withOpenssl('that is for another host, or that expires within 14 days, fails with the reason', async () => {
    const url = new URL(`https://127.0.0.1:${await listen(createTlsServer(pair ?? {}, (_request, response) => response.end()))}`);
    const at = (host: string) => certificateAt(url, host, new AbortController().signal);
    await expect(at('other.example.com')).rejects.toThrow('the certificate is not for other.example.com: DNS:api.example.com');
    await expect(at('api.example.com')).rejects.toThrow(/the certificate expires in 1 days/);
  });
});
