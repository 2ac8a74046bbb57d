import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
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
import { closedAt, closedOnThisMachine, closedPorts } from '../../scripts/readiness/closed-ports.ts';
import { composeGrafanaPassword } from '../../scripts/readiness/dashboards.ts';
import { loadReportDetail } from '../../scripts/readiness/load-report.ts';
import { logFileDetail } from '../../scripts/readiness/log.ts';
import { alertsDetail } from '../../scripts/readiness/prometheus-checks.ts';
import { backupDetail, securityHeadersDetail } from '../../scripts/readiness/url-target.ts';
import { runLeyenda } from '../../scripts/run-leyenda.ts';
import { certificateFor } from '../../service/testing/certificate.ts';
import { testDatabase } from '../../service/testing/database.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { firstAdminText, welcome } from '../../service/welcome.ts';

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
const prometheus = (rules: readonly object[], targets: readonly string[]) =>
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

  test('has a result for each item of preflight; without the metric of a backup it is not checkable', async () => {
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
      backups: 'not checkable',
      firewall: expect.stringMatching(/^(ok|not checkable)$/),
      load: 'not checkable',
    });
    expect(item('backups')?.detail).toMatch(/^the service knows of no backup/);
    expect(exitCode).toBe(0);
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

  test('queries Prometheus for targets and alerts: a firing, missing, broken or silent alert and a lost target fail', async () => {
    const names = [...new Set(alertGroup(deployments.local).rules.map(({ alert }) => alert))];
    const rules = (firing: readonly string[], broken?: string) =>
      names.map((name) => ({
        name,
        state: firing.includes(name) ? 'firing' : 'inactive',
        ...(name === broken ? { health: 'err', lastError: 'many-to-many matching' } : { health: 'ok' }),
      }));
    const check = async (url: string) => (await leyenda('admin-key', 'postflight', service.url, '--prometheus', url)).item;
    const healthy = await check(await prometheus(rules(['Watchdog']), ['1', '1']));
    expect([healthy('alerts')?.state, healthy('metrics')?.state]).toEqual(['ok', 'ok']);
    const firing = await check(await prometheus(rules(['Watchdog', 'ServiceDown']), ['1', '0']));
    expect(firing('alerts')).toMatchObject({ state: 'failed', detail: 'firing: ServiceDown' });
    expect(firing('metrics')).toMatchObject({ state: 'failed', detail: 'Prometheus cannot scrape pod-1' });
    const silent = await check(await prometheus(rules([]), ['1']));
    expect(silent('alerts')).toMatchObject({ state: 'failed', detail: 'Watchdog does not fire: alerting does not work' });
    const broken = await check(await prometheus(rules(['Watchdog'], 'ServiceDown'), ['1']));
    expect(broken('alerts')).toMatchObject({
      state: 'failed',
      detail: 'Prometheus cannot evaluate ServiceDown: many-to-many matching',
    });
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

describe('The report of a load test', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-load-'));
  const detail = (report: object, ...targets: readonly string[]) => {
    const file = join(folder, 'load.json');
    const now = new Date().toISOString();
    writeFileSync(file, JSON.stringify({ schema: 'leyenda/load/v1', target: 'staging', passed: true, finished_at: now, ...report }));
    return loadReportDetail(file, targets);
  };
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

  test('passes for 30 days after its end, if every objective was met', () => {
    expect(detail({ finished_at: daysAgo(3) }, 'staging')).toBe('staging met its objectives, 3 days ago');
    expect(() => detail({ finished_at: daysAgo(31) }, 'staging')).toThrow('the load test of staging is 31 days old');
    expect(() => detail({ passed: false }, 'staging')).toThrow('the load test of staging missed an objective');
  });

  test('is no other document, and none without its end', () => {
    expect(() => detail({ schema: 'leyenda/preflight/v1' }, 'staging')).toThrow(/is not a report of leyenda load/);
    expect(() => detail({ finished_at: undefined }, 'staging')).toThrow(/is not a report of leyenda load/);
    expect(() => loadReportDetail(undefined, ['staging'])).toThrow(NotCheckable);
    expect(() => loadReportDetail(join(folder, 'gone'), ['staging'])).toThrow(/cannot be read/);
  });

  const { production, staging } = deployments;
  test.each([
    ['staging', `https://${staging.edge.host}`],
    ['production', `https://${production.edge.host}/`],
    ['production', 'staging'],
    [`https://${production.edge.host}`, `https://${staging.edge.host}`],
    ['http://127.0.0.1:8080', 'http://localhost:8080'],
    ['https://127.0.0.1:443', 'https://127.0.0.1'],
  ])('counts for %s if it is of %s', (target, tested) => {
    expect(detail({ target: tested }, target)).toContain('met its objectives');
  });

  test.each([
    ['production', 'http://localhost:8080'],
    ['staging', 'production'],
    ['local', 'staging'],
    ['http://localhost:8080', 'http://localhost:8081'],
    ['http://localhost:8080', 'staging'],
  ])('does not count for %s if it is of %s', (target, tested) => {
    expect(() => detail({ target: tested }, target)).toThrow(`is the load test of ${tested}, which does not count for ${target}`);
  });
});

describe('The backup by its metric', () => {
  const text = (seconds: number) => `# TYPE x gauge\n${metrics.backupLastSuccess.name} ${seconds}\n`;
  const now = Date.UTC(2026, 0, 2);

  test('is ok within 26 hours and fails after them', () => {
    expect(backupDetail(text(now / 1000 - 3600), now)).toBe('the last verified backup is 1.0 hours old');
    expect(() => backupDetail(text(now / 1000 - 27 * 3600), now)).toThrow('the last backup is 27 hours old');
  });
});

test('The alerts of one environment are judged by its own rules in a Prometheus of several', async () => {
  const rule = (namespace: string, state: string) => ({ name: 'ServiceDown', labels: { namespace }, state, health: 'ok' });
  const body = { status: 'success', data: { groups: [{ rules: [rule('staging', 'firing'), rule('production', 'inactive')] }] } };
  const inNamespace = (is: string) =>
    alertsDetail(
      { api: async () => ({ status: 200, body }), scope: { namespace: { is } }, signal: new AbortController().signal },
      ['ServiceDown'],
      [],
    );
  expect(await inNamespace('production')).toBe('1 alerts are loaded, and none fires');
  await expect(inNamespace('staging')).rejects.toThrow('firing: ServiceDown');
  await expect(inNamespace('local')).rejects.toThrow('Prometheus has no alert ServiceDown');
});

test('The password of Grafana in the secrets of Compose is for this machine only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-grafana-'));
  expect(composeGrafanaPassword(folder, 'http://127.0.0.1:3001')).toBeUndefined();
  mkdirSync(join(folder, '.secrets/monitoring'), { recursive: true });
  writeFileSync(join(folder, '.secrets/monitoring/GF_SECURITY_ADMIN_PASSWORD'), 'password\n');
  expect(composeGrafanaPassword(folder, 'http://127.0.0.1:3001')).toBe('password');
  expect(composeGrafanaPassword(folder, 'https://grafana.example.com')).toBeUndefined();
});

describe('The security headers', () => {
  const headers = {
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
  };
  const detail = (more: Readonly<Record<string, string>>, encrypted: boolean) =>
    securityHeadersDetail(new Headers({ ...headers, ...more }), encrypted);

  test('include HSTS over TLS, which a maximum age of 0 ends', () => {
    expect(detail({}, false)).not.toContain('strict');
    expect(() => detail({}, true)).toThrow('missing or wrong headers: strict-transport-security');
    expect(() => detail({ 'Strict-Transport-Security': 'max-age=0' }, true)).toThrow('strict-transport-security');
    expect(detail({ 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }, true)).toContain('strict-transport-security');
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

describe('The ports of another machine', () => {
  test('fail if one is open, and are not checkable if the machine was not reached', async () => {
    const port = await listen(createServer());
    await expect(closedAt(['127.0.0.1'], { Redis: port })).rejects.toThrow(`reachable from here: Redis (${port})`);
    // Linux rejects a connection to a broadcast address before it sends a packet.
    const unreached = '255.255.255.255';
    await expect(closedAt(['127.0.0.1', unreached], { Redis: port })).rejects.toThrow(/^reachable from here/);
    await expect(closedAt([unreached], { Redis: port })).rejects.toThrow(NotCheckable);
    await expect(closedPorts(new URL('http://leyenda.invalid'))).rejects.toThrow(/^leyenda.invalid has no address/);
    await expect(closedPorts(new URL('http://leyenda.invalid'))).rejects.toThrow(NotCheckable);
  });
});

describe('The log of a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-log-'));
  const line = (fields: object) => JSON.stringify({ level: 'info', timestamp: '2026-01-01T00:00:00.000Z', message: 'ready', ...fields });
  const detail = (...lines: readonly string[]) => {
    writeFileSync(join(folder, 'log'), lines.join('\n'));
    return logFileDetail(join(folder, 'log'));
  };

  test('is JSON next to the texts of a start; without JSON, or without a field that each line has, it fails', () => {
    const admin = firstAdminText({ username: 'admin', password: 'secret', key: 'key' }, false);
    const ready = welcome({ url: 'http://localhost:8080', ports: { http: 8080, graphql: 8001, metrics: undefined } }, [], 'key');
    expect(detail('npm start', line({}), `${admin}${line({})}`, `${ready}${line({})}`)).toMatch(/^the last 3 lines of .*log are JSON$/);
    expect(() => detail('listening on 8080')).toThrow(/is empty/);
    expect(() => detail(line({}), line({ message: undefined }))).toThrow(/^1 of 2 lines of .* are not JSON$/);
    expect(() => logFileDetail(join(folder, 'gone'))).toThrow(/cannot be read/);
    expect(() => logFileDetail(undefined)).toThrow('pass --log FILE');
  });

  test('fails with a line that is not JSON after the first one that is', () => {
    expect(() => detail(line({}), 'TypeError: x is undefined', line({}))).toThrow(/^1 of 3 lines of .* are not JSON$/);
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
    await expect(at('127.0.0.1')).rejects.toThrow('the certificate is not for 127.0.0.1: DNS:api.example.com');
  });
});
