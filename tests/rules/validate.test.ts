import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ports } from '../../contract/ports.ts';
import type { ValidationTarget } from '../../scripts/validate/check.ts';
import { validate } from '../../scripts/validate/checks.ts';
import { createApp } from '../../service/app.ts';
import { testDatabase } from '../../service/testing/database.ts';
import { startService, type TestService } from '../../service/testing/service.ts';

const check = (baseUrl: string, credential?: string, timeoutSeconds = 60, more: Partial<ValidationTarget> = {}) =>
  validate({ baseUrl, credential, timeoutSeconds, signal: new AbortController().signal, ...more });
const failedOf = (results: Awaited<ReturnType<typeof validate>>) => results.filter(({ passed }) => !passed);

afterAll(() => testDatabase.destroy());

describe('leyenda validate', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(async () => {
    await service.close();
  });

  test('passes the service itself, and leaves no user behind', async () => {
    const results = await check(service.url, 'admin-key');
    expect(failedOf(results)).toEqual([]);
    expect(results.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('/health returns healthy'),
      '/metrics has instagram_captions_requests_total',
      expect.stringMatching(/^POST \/users created .+, deleted again$/),
      '/cache/stats returns connected_clients: none, because the cache is memory',
      expect.stringMatching(/^10 × \/health, [\d.]+ ms each$/),
    ]);
    const answer = await fetch(`${service.url}/users`, { headers: { Authorization: 'Bearer admin-key' } });
    expect(await answer.text()).not.toContain('validate-');
  });

  test.each([
    ['reader-key', 'LEYENDA_API_KEY must be an API key with the permission Admin'],
    [undefined, 'set LEYENDA_API_KEY to an API key with the permission Admin'],
  ])('names LEYENDA_API_KEY if a user cannot be created with the credential %s', async (credential, remedy) => {
    const failed = failedOf(await check(service.url, credential));
    expect(failed.find(({ check }) => check === 'user')?.detail).toContain(`; ${remedy}`);
  });
});

describe('leyenda validate, when METRICS_PORT is set', () => {
  let service: TestService;
  const servers: Server[] = [];
  beforeAll(async () => {
    service = await startService({ METRICS_PORT: String(ports.metrics), TRUSTED_HOSTS: 'api.example.com' });
  });
  afterAll(async () => {
    for (const server of servers) server.closeAllConnections() ?? server.close();
    await service.close();
  });
  const listen = async (through: (app: RequestListener) => RequestListener = (app) => app) => {
    const server = createServer(through(createApp(service.dependencies, 'http').callback())).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
    return `http://127.0.0.1:${port}`;
  };
  const metricsOf = (results: Awaited<ReturnType<typeof validate>>) => results.find(({ check }) => check === 'metrics');
  test('reads the metrics through a port-forward', async () => {
    const results = await check(await listen(), 'admin-key', 60, { host: 'api.example.com' });
    expect(failedOf(results)).toEqual([]);
    expect(metricsOf(results)).toEqual({ check: 'metrics', passed: true, detail: '/metrics has instagram_captions_requests_total' });
  });

  test('reads the metrics through a proxy with the key of an administrator', async () => {
    const proxied = await listen((app) => (request, response) => {
      Object.assign(request.headers, { 'x-forwarded-for': '203.0.113.9', host: 'api.example.com' });
      return app(request, response);
    });
    expect(failedOf(await check(proxied, 'admin-key'))).toEqual([]);
    const detail = expect.stringMatching(/^Send an API key with the permission Admin.*; LEYENDA_API_KEY must be an API key with .* Admin$/);
    expect(metricsOf(await check(proxied, 'user-key'))).toEqual({ check: 'metrics', passed: false, detail });
  });

  test('fails by the name in the address when the service does not trust it, and passes with --host', async () => {
    const base = await listen();
    expect(failedOf(await check(base, 'admin-key')).map(({ check }) => check)).toEqual(['user', 'cache']);
    expect(failedOf(await check(base, 'admin-key', 60, { host: 'api.example.com' }))).toEqual([]);
  });
});

describe('leyenda validate, of a server that is broken', () => {
  /** Answers each path with this; others are not there. */
  async function serving(answers: Readonly<Record<string, string>>) {
    const server = createServer((request, response) => {
      const body = answers[request.url ?? ''];
      if (body === 'silence') return;
      response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': body?.startsWith('{') ? 'application/json' : 'text/plain' });
      response.end(body ?? 'not here');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
    return { url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() };
  }

  test.each([
    ['has none of it', {}, ['health', 'metrics', 'user', 'cache', 'latency']],
    ['says that it is not healthy', { '/health': '{"status":"degraded"}' }, ['health', 'metrics', 'user', 'cache', 'latency']],
    ['has metrics of something else', { '/metrics': 'go_goroutines 7\n' }, ['health', 'metrics', 'user', 'cache', 'latency']],
    ['has metrics that count requests', { '/metrics': 'shop_requests_total 7\n' }, ['health', 'user', 'cache', 'latency']],
  ])('which %s, names the checks that fail', async (_what, answers, failed) => {
    const server = await serving(answers);
    expect(failedOf(await check(server.url)).map(({ check }) => check)).toEqual(failed);
    server.close();
  });

  test('which does not answer, ends with the time', async () => {
    const server = await serving({ '/health': 'silence', '/metrics': 'silence' });
    const failed = failedOf(await check(server.url, undefined, 1));
    expect(failed).toHaveLength(5);
    server.close();
  });

  test('which is not there, says so', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const address = gone.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await new Promise((resolve) => gone.close(resolve));
    const [health] = await check(url);
    expect(health).toMatchObject({ check: 'health', passed: false, detail: expect.stringContaining('ECONNREFUSED') });
  });
});
