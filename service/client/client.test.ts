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

describe('client', () => {
  test('sends a body and parses the response with its schema', async () => {
    const response = await clientOf().call('generate', { body: { ...g0, style: 'casual', audience: 'general' } });
    expect(response.alternatives).toHaveLength(2);
    expect(response.language).toBe('en');
  });

  test('puts parameters into the path and reads text', async () => {
    expect(await clientOf().call('docsFile', { params: { file: 'start.js' } })).toContain('SwaggerUIBundle');
    expect(await failure(clientOf().call('docsFile', { params: { file: '../package.json' } }))).toMatchObject({ code: 'not_found' });
  });

  test('throws an ApiProblem with every field of the error response', async () => {
    const body = { ...g0, style: 'casual', audience: 'general', count: 9 } as const;
    const problem = await failure(clientOf().call('generate', { body }));
    expect(problem).toBeInstanceOf(ApiProblem);
    const errors = [{ pointer: '/count', message: expect.any(String) }];
    expect(problem).toMatchObject({ code: 'invalid_request', status: 422, errors, requestId: expect.any(String), retryAfter: undefined });
    expect(await failure(clientOf({ credential: 'unknown' }).call('processMetrics'))).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  test('parses each event of a stream with its schema, and can leave the stream early', async () => {
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
    const rejected = Array.fromAsync(clientOf({ credential: 'reader-key' }).events('generate', { body }));
    expect(await failure(rejected)).toMatchObject({ code: 'forbidden', status: 403 });
  });

  test('rejects with AbortError when its signal is aborted', async () => {
    expect(await failure(clientOf().call('health', { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' });
  });
});

describe('client of a faulty service', () => {
  type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  /** Each request gets the next behaviour; the last one applies to all that follow. */
  async function startServer(...behaviours: readonly Behaviour[]) {
    const received: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      received.push(request);
      behaviours[Math.min(received.length, behaviours.length) - 1]?.(response, request);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    });
    const address = server.address();
    return { received, client: clientOf({ baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` }) };
  }
  const responds =
    (status: number, body: unknown = '', headers: Record<string, string> = {}): Behaviour =>
    (response) =>
      void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  const busy = responds(503, '', { 'Retry-After': '0' });
  const healthy = responds(200, {
    status: 'healthy',
    version: '4',
    release: 'r',
    database: 'up',
    cache: 'up',
    uptime_seconds: 1,
    later: true,
  });
  const body = { ...g0, style: 'casual', audience: 'general' } as const;

  test('retries after transient failures and strips unknown fields', async () => {
    const { received, client } = await startServer(busy, (response) => response.destroy(), healthy);
    expect(await client.call('health')).toEqual({
      status: 'healthy',
      version: '4',
      release: 'r',
      database: 'up',
      cache: 'up',
      uptime_seconds: 1,
    });
    expect(received.map(({ url }) => url)).toEqual([endpoints.health.path, endpoints.health.path, endpoints.health.path]);
  });

  test('throws after three attempts', async () => {
    const { received, client } = await startServer(busy);
    expect(await failure(client.call('health'))).toMatchObject({ name: 'ApiProblem', status: 503, retryAfter: 0, code: undefined });
    expect(received).toHaveLength(3);
  });

  test('retries a call with side effects only with an Idempotency-Key', async () => {
    const { received, client } = await startServer(busy);
    await failure(client.call('generate', { body }));
    expect(received).toHaveLength(1);
    await failure(client.call('generate', { body, idempotencyKey: 'once-0001' }));
    expect(received.slice(1).map(({ headers }) => headers['idempotency-key'])).toEqual(['once-0001', 'once-0001', 'once-0001']);
  });

  test('does not retry a permanent error or a long Retry-After', async () => {
    const { received, client } = await startServer(responds(500), responds(503, '', { 'Retry-After': '3600' }));
    expect(await failure(client.call('health'))).toMatchObject({ status: 500 });
    expect(await failure(client.call('health'))).toMatchObject({ status: 503, retryAfter: 3600 });
    expect(received).toHaveLength(2);
  });

  test('accepts a date in Retry-After', async () => {
    const { client } = await startServer(responds(429, '', { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() }));
    const problem = await failure(client.call('health'));
    expect(problem instanceof ApiProblem && Math.round((problem.retryAfter ?? 0) / 60)).toBe(60);
  });

  test.each<[string, Behaviour]>([
    ['with a missing field', responds(200, { status: 'healthy' })],
    ['with invalid JSON', (response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{')],
    ['with another Content-Type', responds(200, {}, { 'Content-Type': 'text/html' })],
  ])('throws UnexpectedResponseError for a response %s', async (_name, behaviour) => {
    const { received, client } = await startServer(behaviour);
    expect(await failure(client.call('health'))).toBeInstanceOf(UnexpectedResponseError);
    expect(received).toHaveLength(1);
  });

  test('throws TimeoutError when no response arrives in time', async () => {
    const { received, client } = await startServer(() => {});
    expect(await failure(client.call('health', { timeoutSeconds: 0.05 }))).toMatchObject({ name: 'TimeoutError' });
    // None if the timeout came before the request arrived.
    expect(received.length).toBeLessThanOrEqual(1);
  });
});
