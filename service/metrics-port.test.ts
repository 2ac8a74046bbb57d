import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { metrics } from '../contract/metrics.ts';
import { createApp } from './app.ts';
import { isLocal } from './http/request-origin.ts';
import { rawRequest, sendRaw } from './testing/raw-http.ts';
import { generate, startService } from './testing/service.ts';

test('METRICS_PORT returns the metrics to every caller, and nothing else', async () => {
  const service = await startService({ METRICS_PORT: '9090' });
  const scraped = createServer(createApp(service.dependencies, 'metrics').callback()).listen(0, '127.0.0.1');
  await once(scraped, 'listening');
  const address = scraped.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`;
  await generate(service);
  const { body } = await sendRaw(url, rawRequest('GET', '/metrics', { 'X-Forwarded-For': '203.0.113.9' }));
  expect(body).toContain(`${metrics.requests.name}{method="POST",route="/api/v4/generate",status="200"} 1`);
  const status = async (path: string) => (await fetch(url + path)).status;
  expect(await status('/')).toBe(404);
  expect(await status('/api/v4/generate')).not.toBe(200);
  await Promise.all([service.close(), scraped[Symbol.asyncDispose]()]);
});

test('/metrics is nowhere where ENABLE_METRICS is false', async () => {
  const service = await startService({ ENABLE_METRICS: 'false' });
  expect(await (await fetch(`${service.url}/metrics`)).json()).toMatchObject({ status: 404, code: 'not_found' });
  await service.close();
});

describe('/metrics on PORT', () => {
  const admin = { Authorization: 'Bearer admin-key' };
  const forwarded = { 'X-Forwarded-For': '203.0.113.9' };
  const cases: readonly [what: string, headers: Record<string, string>, open: number, withPort: number][] = [
    ['a program on the machine', {}, 200, 200],
    ['a program on the machine by another name', { Host: 'api.example.com' }, 200, 404],
    ['an administrator by another name', { Host: 'api.example.com', ...admin }, 200, 200],
    ['an administrator through a proxy', { ...forwarded, ...admin }, 200, 200],
    ['a client through a proxy', forwarded, 404, 404],
    ['a client through a proxy that sends Forwarded', { Forwarded: 'for=203.0.113.9' }, 404, 404],
    ['a client through a proxy that sends Via', { Via: '1.1 proxy' }, 404, 404],
    ['a client through a proxy that sends the scheme alone', { 'X-Forwarded-Proto': 'https' }, 404, 404],
    ['a developer through a proxy', { ...forwarded, Authorization: 'Bearer developer-key' }, 404, 404],
    ['a wrong key through a proxy', { ...forwarded, Authorization: 'Bearer wrong' }, 404, 404],
  ];

  test.each([
    ['not set', {}, 2],
    ['set', { METRICS_PORT: '9090' }, 3],
  ] as const)('answers by origin and permission, if METRICS_PORT is %s', async (_how, settings, column) => {
    const service = await startService(settings);
    for (const url of [service.url, service.graphqlUrl]) {
      const statuses = [];
      for (const [what, headers] of cases) {
        const { status, body } = await sendRaw(url, rawRequest('GET', '/metrics', headers));
        expect(body).toContain(status === 200 ? metrics.requests.name : '"code":"metrics_not_public"');
        statuses.push([what, status]);
      }
      expect(statuses).toEqual(cases.map((row) => [row[0], row[column]]));
    }
    await service.close();
  });

  test('limits callers that guess keys', async () => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '2' });
    const guess = () => sendRaw(service.url, rawRequest('GET', '/metrics', { ...forwarded, Authorization: 'Bearer guess' }));
    expect([await guess(), await guess(), await guess()].map(({ status }) => status)).toEqual([404, 404, 429]);
    expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
    await service.close();
  });
});

test.each([
  ['127.0.0.1', 'localhost:8080', true],
  ['::1', '[::1]:8080', true],
  ['::ffff:127.0.0.1', '127.0.0.1', true],
  ['127.0.0.6', 'localhost', false],
  ['10.0.0.7', 'localhost', false],
  ['127.0.0.1', 'localhost.evil.example', false],
  ['127.0.0.1', undefined, false],
])('a connection from %s for the host %s is local: %s', (remoteAddress, host, local) => {
  expect(isLocal({ socket: { remoteAddress }, headers: { host } })).toBe(local);
});
