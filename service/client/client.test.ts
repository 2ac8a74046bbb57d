import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { g0, startService, type TestService } from '../testing/service.ts';
import { type ClientOptions, createClient } from './client.ts';
import { ApiProblem } from './problem.ts';
import { UnexpectedResponseError } from './read.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const clientOf = (options: Partial<ClientOptions> = {}) => createClient({ baseUrl: service.url, credential: 'user-key', ...options });
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('The client of the service', () => {
  test('sends a body and reads the answer by its schema', async () => {
    const answer = await clientOf().call('generate', { body: { ...g0, style: 'casual', audience: 'general' } });
    expect(answer.alternatives).toHaveLength(2);
    expect(answer.language).toBe('en');
  });

  test('puts parameters into the path, and reads text', async () => {
    expect(await clientOf().call('docsFile', { params: { file: 'start.js' } })).toContain('SwaggerUIBundle');
    expect(await failure(clientOf().call('docsFile', { params: { file: '../package.json' } }))).toMatchObject({ code: 'not_found' });
  });

  test('throws what the service refuses, with all that it says', async () => {
    const body = { ...g0, style: 'casual', audience: 'general', count: 9 } as const;
    const problem = await failure(clientOf().call('generate', { body }));
    expect(problem).toBeInstanceOf(ApiProblem);
    const errors = [{ pointer: '/count', message: expect.any(String) }];
    expect(problem).toMatchObject({ code: 'invalid_request', status: 422, errors, requestId: expect.any(String), retryAfter: undefined });
    expect(await failure(clientOf({ credential: 'nobody' }).call('processMetrics'))).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  test('reads a stream of events, each by its own schema, and may leave it', async () => {
    const body = { ...g0, style: 'casual', audience: 'general', count: 2 } as const;
    const names: string[] = [];
    let whole = '';
    for await (const { event, data } of clientOf().events('generate', { body })) {
      names.push(event);
      if (event === 'done') whole = data.caption;
    }
    expect(names).toEqual(['start', 'caption', 'caption', 'done']);
    expect(whole).not.toBe('');
    for await (const { event } of clientOf().events('generate', { body })) {
      expect(event).toBe('start');
      break;
    }
    const refused = Array.fromAsync(clientOf({ credential: 'reader-key' }).events('generate', { body }));
    expect(await failure(refused)).toMatchObject({ code: 'forbidden', status: 403 });
  });

  test('stands off when its caller does', async () => {
    expect(await failure(clientOf().call('health', { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' });
  });
});

describe('With a service that does not do as it should, the client', () => {
  type Answer = (response: ServerResponse, request: IncomingMessage) => void;
  /** Answers the requests one by one as the list says, the last for all that follow. */
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  async function serverThat(...answers: readonly Answer[]) {
    const seen: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      seen.push(request);
      answers[Math.min(seen.length, answers.length) - 1]?.(response, request);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    });
    const address = server.address();
    return { seen, client: clientOf({ baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` }) };
  }
  const says =
    (status: number, body: unknown = '', headers: Record<string, string> = {}): Answer =>
    (response) =>
      void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  const busy = says(503, '', { 'Retry-After': '0' });
  const healthy = says(200, { status: 'healthy', version: '4', release: 'r', database: 'up', cache: 'up', uptime_seconds: 1, later: true });
  const body = { ...g0, style: 'casual', audience: 'general' } as const;

  test('asks again as long as it may, and strips what it does not know', async () => {
    const { seen, client } = await serverThat(busy, (response) => response.destroy(), healthy);
    expect(await client.call('health')).toEqual({
      status: 'healthy',
      version: '4',
      release: 'r',
      database: 'up',
      cache: 'up',
      uptime_seconds: 1,
    });
    expect(seen.map(({ url }) => url)).toEqual([endpoints.health.path, endpoints.health.path, endpoints.health.path]);
  });

  test('gives up after three attempts', async () => {
    const { seen, client } = await serverThat(busy);
    expect(await failure(client.call('health'))).toMatchObject({ name: 'ApiProblem', status: 503, retryAfter: 0, code: undefined });
    expect(seen).toHaveLength(3);
  });

  test('repeats work that costs only under one Idempotency-Key', async () => {
    const { seen, client } = await serverThat(busy);
    await failure(client.call('generate', { body }));
    expect(seen).toHaveLength(1);
    await failure(client.call('generate', { body, idempotencyKey: 'once-0001' }));
    expect(seen.slice(1).map(({ headers }) => headers['idempotency-key'])).toEqual(['once-0001', 'once-0001', 'once-0001']);
  });

  test('does not repeat what will not get better, nor wait longer than is sensible', async () => {
    const { seen, client } = await serverThat(says(500), says(503, '', { 'Retry-After': '3600' }));
    expect(await failure(client.call('health'))).toMatchObject({ status: 500 });
    expect(await failure(client.call('health'))).toMatchObject({ status: 503, retryAfter: 3600 });
    expect(seen).toHaveLength(2);
  });

  test('reads a date in Retry-After', async () => {
    const { client } = await serverThat(says(429, '', { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() }));
    const problem = await failure(client.call('health'));
    expect(problem instanceof ApiProblem && Math.round((problem.retryAfter ?? 0) / 60)).toBe(60);
  });

  test.each<[string, Answer]>([
    ['of another form', says(200, { status: 'healthy' })],
    ['that is no JSON', (response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{')],
    ['of another type', says(200, {}, { 'Content-Type': 'text/html' })],
  ])('refuses an answer %s', async (_what, answer) => {
    const { seen, client } = await serverThat(answer);
    expect(await failure(client.call('health'))).toBeInstanceOf(UnexpectedResponseError);
    expect(seen).toHaveLength(1);
  });

  test('does not wait for ever', async () => {
    const { seen, client } = await serverThat(() => {});
    expect(await failure(client.call('health', { timeoutSeconds: 0.05 }))).toMatchObject({ name: 'TimeoutError' });
    // None if the time was over before the request arrived.
    expect(seen.length).toBeLessThanOrEqual(1);
  });
});
