import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import type { RateLimitClass } from '../../contract/rate-limits.ts';
import { RateLimitStore } from '../redis/rate-limit-store.ts';
import type { Environment } from '../secret-files.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { memoryRedis } from '../testing/redis.ts';
import { g0, generate, startService, testSettings } from '../testing/service.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { State } from './context.ts';
import { errorHandler } from './error-handler.ts';
import { createRateLimits } from './rate-limit.ts';

const statuses = (responses: readonly Response[]) =>
  Object.fromEntries([...Map.groupBy(responses, ({ status }) => status)].map(([status, list]) => [status, list.length]));
const together = (count: number, send: () => Promise<Response>) => Promise.all(Array.from({ length: count }, send));

describe('The limit of a key', () => {
  test('allows exactly its quota of concurrent requests, and returns Retry-After for the others', async () => {
    const service = await startService();
    const responses = await together(20, () => generate(service, g0, 'three-requests-key'));
    expect(statuses(responses)).toEqual({ 200: 3, 429: 17 });
    const rejected = responses.find(({ status }) => status === 429);
    expect(Number(rejected?.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1);
    expect(rejected?.headers.get('RateLimit-Policy')).toBe('"caller";q=3;w=60');
    expect(rejected?.headers.get('RateLimit')).toMatch(/^"caller";r=0;t=\d+$/);
    expect(rejected?.headers.get('X-RateLimit-Limit')).toBe('3');
    expect(rejected?.headers.get('X-RateLimit-Remaining')).toBe('0');
    expect(await rejected?.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    await service.close();
  });

  test('is the default quota where a key of VALID_API_KEYS calls', async () => {
    const service = await startService({ VALID_API_KEYS: 'configured-key-0001', RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_WINDOW: '60' });
    expect(statuses(await together(8, () => generate(service, g0, 'configured-key-0001')))).toEqual({ 200: 5, 429: 3 });
    await service.close();
  });

  test('ends with its window, and Retry-After is never 0', async () => {
    const service = await startService({ VALID_API_KEYS: 'configured-key-0001', RATE_LIMIT_REQUESTS: '1', RATE_LIMIT_WINDOW: '1' });
    const send = () => generate(service, g0, 'configured-key-0001');
    const rejected = await waitUntil(send, ({ status }) => status === 429);
    expect(rejected.headers.get('Retry-After')).toMatch(/^[12]$/);
    await sleep(Number(rejected.headers.get('Retry-After')) * 1000);
    expect((await send()).status).toBe(200);
    await service.close();
  });
});

describe('The limit of an address', () => {
  test('counts requests without a valid credential, and not those with valid keys', async () => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '10' });
    let guess = 0;
    expect(statuses(await together(15, () => generate(service, g0, `guess-${guess++}`)))).toEqual({ 401: 10, 429: 5 });
    expect((await fetch(`${service.url}/nothing/here`)).status).toBe(429);
    expect((await generate(service)).status).toBe(200);
    await service.close();
  });

  test('never stops probes and scrapers', async () => {
    const service = await startService({ RATE_LIMIT_IP_REQUESTS: '1' });
    for (const path of ['/health', '/ready', '/metrics']) {
      expect(statuses(await together(5, () => fetch(service.url + path)))).toEqual({ 200: 5 });
    }
    await service.close();
  });
});

describe('RATE_LIMIT_IP_ALL_REQUESTS', () => {
  test('limits an address over all its keys, and requests without one', async () => {
    const service = await startService({ RATE_LIMIT_IP_ALL_REQUESTS: '10' });
    const answers = [
      ...(await together(4, () => generate(service))),
      ...(await together(4, () => generate(service, g0, 'developer-key'))),
      ...(await together(4, () => generate(service, g0, 'unknown-key'))),
    ];
    expect(statuses(answers)).toEqual({ 200: 8, 401: 2, 429: 2 });
    const rejected = await generate(service);
    expect([rejected.status, rejected.headers.get('RateLimit-Policy')]).toEqual([429, '"network";q=10;w=60']);
    await service.close();
  });

  test('counts separate addresses separately, and a rejected request does not use the quota of the key', async () => {
    const service = await startService({ RATE_LIMIT_IP_ALL_REQUESTS: '2', TRUSTED_PROXIES: '1' });
    const from = (address: string) =>
      generate(service, g0, 'three-requests-key', {
        headers: { Authorization: 'Bearer three-requests-key', 'Content-Type': 'application/json', 'X-Forwarded-For': address },
      });
    expect(statuses(await together(5, () => from('192.0.2.1')))).toEqual({ 200: 2, 429: 3 });
    const other = await from('192.0.2.2');
    expect([other.status, other.headers.get('RateLimit')]).toEqual([
      200,
      expect.stringMatching(/^"network";r=1;t=\d+, "caller";r=0;t=\d+$/),
    ]);
    await service.close();
  });
});

describe('RATE_LIMIT_ENDPOINTS', () => {
  const environment = { RATE_LIMIT_ENDPOINTS: 'generate=2/600, models=1/60,login=7/30', RATE_LIMIT_IP_REQUESTS: '100' };

  test('limits each caller at the endpoints that it names, in addition to the quota, and no other endpoint', async () => {
    const service = await startService(environment);
    for (const key of ['user-key', 'developer-key']) {
      expect(statuses(await together(5, () => generate(service, g0, key)))).toEqual({ 200: 2, 429: 3 });
    }
    const rejected = await generate(service);
    expect(rejected.headers.get('RateLimit-Policy')).toBe('"endpoint";q=2;w=600');
    const usage = await fetch(`${service.url}/api/v1/usage`, { headers: { Authorization: 'Bearer user-key' } });
    expect(usage.headers.get('RateLimit')).toMatch(/^"caller";r=997;/);
    await service.close();
  });

  test('limits the same operations over GraphQL', async () => {
    const service = await startService(environment);
    const query = () =>
      fetch(`${service.graphqlUrl}/graphql`, {
        method: 'POST',
        headers: { Authorization: 'Bearer developer-key', 'Content-Type': 'application/json' },
        body: JSON.stringify({ query: '{ models { id } }' }),
      }).then((response) => response.text());
    expect(await query()).not.toContain('Too many requests');
    expect(await query()).toContain('Too many requests');
    await service.close();
  });

  test('replaces the quota of logins', async () => {
    const service = await startService(environment);
    const login = () =>
      fetch(`${service.url}/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: 'none', password: 'wrong-password' }),
      });
    expect((await login()).headers.get('RateLimit-Policy')).toBe('"login";q=7;w=30');
    await service.close();
  });
});

const noIds = {
  permissions: [],
  budgetMicros: undefined,
  expiresAt: undefined,
  keyId: undefined,
  userId: undefined,
  sessionId: undefined,
  sessionExpiresAt: undefined,
};

/** Koa that counts as a class does; the caller is who the request says, with a quota of 4. */
async function counting(group: RateLimitClass, settings: Environment = {}) {
  const app = new Koa<State>();
  const metrics = createMetrics();
  app.use(errorHandler(createLogger('silent', { write: () => {} })));
  app.use((ctx, next) => {
    const id = ctx.get('X-Caller');
    if (id !== '') ctx.state.caller = { ...noIds, id, quota: { requests: 4, windowSeconds: 60 } };
    return next();
  });
  const { middleware: limit } = createRateLimits({
    store: new RateLimitStore(undefined, metrics),
    settings: testSettings(settings),
    metrics,
  });
  const [onHealth, onReady] = [limit(group, 'health'), limit(group, 'ready')];
  app.use((ctx, next) => (ctx.path === '/ready' ? onReady : onHealth)(ctx, next));
  app.use((ctx) => {
    ctx.body = 'ok';
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const send = (caller = '', path = '/') => fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'X-Caller': caller } });
  const close = async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  };
  return { send, metrics, close };
}

describe('The class of an endpoint', () => {
  test('login counts attempts per address and endpoint, regardless of credentials', async () => {
    const { send, metrics, close } = await counting('login');
    let caller = 0;
    expect(statuses(await together(8, () => send(caller++ % 2 === 0 ? '' : `caller-${caller}`)))).toEqual({ 200: 5, 429: 3 });
    expect((await send('', '/ready')).headers.get('RateLimit')).toMatch(/^"login";r=4;t=\d+$/);
    expect(await metrics.render()).toContain('instagram_captions_rate_limited_total{limit="login"} 3');
    await close();
  });

  test('batch counts in two limits of the caller, and requests that its own limit rejects do not use the quota', async () => {
    const { send, close } = await counting('batch', { RATE_LIMIT_BATCH_REQUESTS: '2' });
    const first = await send('one');
    expect(first.headers.get('RateLimit-Policy')).toBe('"batch";q=2;w=60, "caller";q=4;w=60');
    expect(first.headers.get('RateLimit')).toMatch(/^"batch";r=1;t=\d+, "caller";r=3;t=\d+$/);
    expect(statuses(await together(6, () => send('one')))).toEqual({ 200: 1, 429: 5 });
    const rejected = await send('one');
    expect(rejected.headers.get('RateLimit')).toMatch(/^"batch";r=0;t=\d+$/);
    expect((await send('two')).headers.get('RateLimit')).toMatch(/"caller";r=3;/);
    await close();
  });
});

test('While Redis is down, the limit is counted in the process and reported as a fallback', async () => {
  const redis = memoryRedis();
  redis.setDown(true);
  const service = await startService({}, { redis });
  expect(statuses(await together(6, () => generate(service, g0, 'three-requests-key')))).toEqual({ 200: 3, 429: 3 });
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain('instagram_captions_fallbacks_total{dependency="cache",operation="limit"} 6');
  await service.close();
});
