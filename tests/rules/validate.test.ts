import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { validate } from '../../scripts/validate/checks.ts';
import { startService, type TestService } from '../../service/testing/service.ts';

const check = (baseUrl: string, credential?: string, timeoutSeconds = 10) =>
  validate({ baseUrl, credential, timeoutSeconds, signal: new AbortController().signal });
const failedOf = (results: Awaited<ReturnType<typeof validate>>) => results.filter(({ passed }) => !passed);

describe('leyenda validate', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(async () => {
    await service.close();
    await service.parts.db.destroy();
  });

  test('passes the service itself, and leaves no user behind', async () => {
    const results = await check(service.url, 'admin-key');
    expect(failedOf(results)).toEqual([]);
    expect(results.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('/health says healthy'),
      '/metrics has instagram_captions_requests_total',
      expect.stringMatching(/^POST \/users gave .+ removed again$/),
      '/cache/stats tells connected_clients: none, as its kind is memory',
      expect.stringMatching(/^10 × \/health, [\d.]+ ms each$/),
    ]);
    const answer = await fetch(`${service.url}/users`, { headers: { Authorization: 'Bearer admin-key' } });
    expect(await answer.text()).not.toContain('validate-');
  });

  test('tells that a user cannot be created without the right to', async () => {
    expect(failedOf(await check(service.url, 'reader-key')).map(({ check }) => check)).toContain('user');
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
    const began = Date.now();
    const failed = failedOf(await check(server.url, undefined, 1));
    expect(failed).toHaveLength(5);
    expect(Date.now() - began).toBeLessThan(8000);
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
