import { once } from 'node:events';
import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endpoints } from '../../contract/endpoints/index.ts';
import { createApp } from '../app.ts';
import type { ListenerKind } from '../endpoints-on.ts';
import { type RawResponse, rawRequest, sendRaw } from '../testing/raw-http.ts';
import { startService, type TestService } from '../testing/service.ts';
import type { Middleware } from './context.ts';
import { createHttpServer } from './http-server.ts';
import { answerParserErrors } from './parser-errors.ts';
import { openAiErrorResponse, problemResponse } from './problem-schemas.ts';
import { securityHeaders } from './security-headers.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({
    CORS_ORIGINS: 'https://yourapp.com',
    TRUSTED_HOSTS: 'localhost,127.0.0.1',
    RATE_LIMIT_IP_REQUESTS: '100000',
  });
});
afterAll(() => service.close());

/** Fails unless a response has the headers that every one has. */
function expectEnvelope(headers: Headers): void {
  expect(headers.get('X-Request-ID')).toMatch(/^[\w.:-]{8,64}$/);
  expect(headers.get('X-Release')).toBe(service.dependencies.settings.RELEASE_ID);
  for (const [name, value] of Object.entries(securityHeaders)) expect([name, headers.get(name)]).toEqual([name, value]);
}

/** Fails unless a response is an error in its form, with the headers of every response. */
function expectProblem({ status, headers, body }: RawResponse, code: string, form: 'problem' | 'openai' = 'problem'): void {
  expectEnvelope(headers);
  const type = form === 'openai' ? 'application/json' : 'application/problem+json';
  expect(headers.get('Content-Type')).toMatch(new RegExp(`^${type.replace('+', '\\+')}(;|$)`));
  const value: unknown = JSON.parse(body);
  const problem = form === 'openai' ? openAiErrorResponse.strict().parse(value).error : problemResponse.strict().parse(value);
  expect([problem.code, problem.request_id]).toEqual([code, headers.get('X-Request-ID')]);
  if ('status' in problem) expect(problem.status).toBe(status);
}

const failures: Readonly<Record<string, (own: Middleware, fail: () => never) => Middleware>> = {
  'throws at once': (_own, fail) => () => fail(),
  'rejects before the next one': (_own, fail) => async () => fail(),
  'rejects after the next one': (_own, fail) => async (_ctx, next) => {
    await next();
    fail();
  },
  'rejects after its own work': (own, fail) => async (ctx, next) => {
    await own(ctx, next);
    fail();
  },
};

/** The app of a listener whose middleware at a place fails; `hasFailed` says whether a request came so far. */
function failingApp(kind: ListenerKind, at: number, failing: (typeof failures)[string], thrown: unknown) {
  const app = createApp(service.dependencies, kind);
  const own = app.middleware[at] ?? (() => {});
  let failed = 0;
  app.middleware[at] = failing(own, () => {
    failed += 1;
    throw thrown;
  });
  return { app, name: own.name, failed: () => failed };
}

async function listening(app: ReturnType<typeof createApp>) {
  const server = createHttpServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
}

describe('A failing middleware', () => {
  const kinds: readonly ListenerKind[] = ['http', 'graphql', 'metrics', 'probes'];
  const cases = Object.entries(failures).flatMap(([how, failing]) => [
    { how, what: 'an error', failing, thrown: new Error('secret') },
    { how, what: 'no error', failing, thrown: undefined },
  ]);
  const paths = ['/health', endpoints.openapi.path, '/v1/models', '/graphql', '/nothing'];

  test.each(cases)('that $how, with $what, gets a problem with the headers of every response', async ({ failing, thrown }) => {
    let failures = 0;
    for (const kind of kinds) {
      // The app knows how many there are, so that a new one is tried too.
      for (let at = 0; at < createApp(service.dependencies, kind).middleware.length; at += 1) {
        const { app, name, failed } = failingApp(kind, at, failing, thrown);
        const { server, url } = await listening(app);
        for (const path of paths) {
          const before = failed();
          const response = await sendRaw(url, rawRequest('GET', path, { Authorization: 'Bearer user-key', 'Accept-Encoding': 'gzip' }));
          if (failed() === before) continue;
          failures += 1;
          expect([kind, name, path, response.status]).toEqual([kind, name, path, 500]);
          expectProblem(response, 'internal', path.startsWith('/v1') ? 'openai' : 'problem');
          expect(response.body).not.toContain('secret');
          expect(['ETag', 'Content-Encoding'].map((header) => response.headers.get(header))).toEqual([null, null]);
        }
        server.close();
      }
    }
    expect(failures).toBeGreaterThan(50);
  });
});

describe('A request that the HTTP parser rejects', () => {
  test.each<[string, string, number, string]>([
    ['that is no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['with an unknown method', 'FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed_request'],
    ['with a broken header', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n', 400, 'malformed_request'],
    [
      'with two lengths',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'with a broken chunk',
      'POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
      'malformed_request',
    ],
    ['with headers of 20 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['with a target of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, 'headers_too_large'],
  ])('%s gets a problem with the headers of every response', async (_what, request, status, code) => {
    const response = await sendRaw(service.url, request);
    expect(response.status).toBe(status);
    expectProblem(response, code);
  });

  test('under /v1 gets an error in the form of OpenAI', async () => {
    const request = `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expectProblem(await sendRaw(service.url, request), 'headers_too_large', 'openai');
  });

  test('because it comes too slowly gets a 408', async () => {
    const { server, url } = await listening(createApp(service.dependencies, 'http'));
    answerParserErrors(server, { ...service.dependencies, releaseId: service.dependencies.settings.RELEASE_ID });
    const pending = sendRaw(url, 'GET / HTTP/1.1\r\nHost: local');
    const [socket] = await once(server, 'connection');
    // As Node does when requestTimeout is over: it looks every 30 s.
    server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    const response = await pending;
    expect(response.status).toBe(408);
    expectProblem(response, 'request_timeout');
    server.close();
  });

  test('after a response has started on its connection closes it, and nothing is written into that response', async () => {
    const two = Buffer.concat([rawRequest('GET', '/health', { Connection: 'keep-alive' }), Buffer.from('nonsense\r\n\r\n')]);
    const { status, body } = await sendRaw(service.url, two);
    expect([200, 400]).toContain(status);
    expect(body.match(/HTTP\/1\.1/g) ?? []).toHaveLength(status === 200 && body.includes('HTTP/1.1') ? 1 : 0);
  });
});

describe('Every other response', () => {
  const preflight = { Origin: 'https://yourapp.com', 'Access-Control-Request-Method': 'POST' };
  test.each<[string, string, string, Record<string, string>, number]>([
    ['to a preflight', 'OPTIONS', '/api/v4/generate', preflight, 204],
    ['to a preflight of another origin', 'OPTIONS', '/api/v4/generate', { ...preflight, Origin: 'https://evil.example' }, 204],
    ['to OPTIONS', 'OPTIONS', '/health', {}, 204],
    ['to HEAD', 'HEAD', '/health', {}, 200],
    ['with an unknown Expect', 'GET', '/health', { Expect: 'the-unexpected' }, 200],
  ])('%s has the headers', async (_what, method, path, headers, status) => {
    const response = await sendRaw(service.url, rawRequest(method, path, headers));
    expect(response.status).toBe(status);
    expectEnvelope(response.headers);
  });

  test.each<[string, Buffer, string, 'problem' | 'openai']>([
    ['of a path that nothing has', rawRequest('GET', '/nothing'), 'not_found', 'problem'],
    ['of a path under /v1 that nothing has', rawRequest('GET', '/v1/nothing'), 'not_found', 'openai'],
    ['of /v1 itself', rawRequest('GET', '/v1'), 'not_found', 'openai'],
    ['of a path that starts like /v1', rawRequest('GET', '/v10/models'), 'not_found', 'problem'],
    ['of another method', rawRequest('PUT', '/health'), 'method_not_allowed', 'problem'],
    ['of another method under /v1', rawRequest('DELETE', '/v1/models'), 'method_not_allowed', 'openai'],
    ['for another host', rawRequest('GET', '/api/v1/models', { Host: 'evil.example' }), 'misdirected_host', 'problem'],
    ['for another host under /v1', rawRequest('GET', '/v1/models', { Host: 'evil.example' }), 'misdirected_host', 'openai'],
    ['without a Host', Buffer.from('GET /health HTTP/1.1\r\nConnection: close\r\n\r\n'), 'malformed_request', 'problem'],
    ['without a credential', rawRequest('GET', '/api/v1/models'), 'unauthorized', 'problem'],
  ])('%s has them and the form of its error', async (_what, request, code, form) => {
    expectProblem(await sendRaw(service.url, request), code, form);
  });
});

describe('Accept-Encoding', () => {
  const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    identity: (bytes) => bytes,
    gzip: gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
  };
  const coding = fc.constantFrom('gzip', 'br', 'zstd', 'deflate', 'identity', '*', 'x-gzip', 'GZIP', '', ' ', 'constructor');
  const weight = fc.constantFrom('', ';q=0', ';q=1', ';q=0.5', ';q=2', ';q=-1', ';q=x', ';', ';;q=0', ' ; q = 0');
  const header = fc.oneof(
    fc
      .array(
        fc.tuple(coding, weight).map((parts) => parts.join('')),
        { maxLength: 6 },
      )
      .map((list) => list.join(',')),
    fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => text.replace(/[^ -~]/g, '')),
    fc.constantFrom('identity;q=0', '*;q=0', 'gzip;q=0, *;q=0', 'gzip,'.repeat(2500), ','.repeat(12_000), `${'x'.repeat(12_000)};q=0`),
  );

  test('of any form gets the whole document, in an accepted coding or in none', async () => {
    const document = await (await fetch(service.url + endpoints.openapi.path)).text();
    const codingFor = async (accepted: string) => {
      const headers = { Host: 'localhost', 'Accept-Encoding': accepted };
      const response = await new Promise<{ status: number; coding: string; bytes: Buffer; headers: Headers }>((resolve, reject) => {
        get(service.url + endpoints.openapi.path, { headers }, async (message) => {
          const chunks: Buffer[] = [];
          for await (const chunk of message) chunks.push(Buffer.from(chunk));
          const known = new Headers(Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]));
          resolve({
            status: message.statusCode ?? 0,
            coding: message.headers['content-encoding'] ?? 'identity',
            bytes: Buffer.concat(chunks),
            headers: known,
          });
        }).on('error', reject);
      });
      expect(response.status).toBe(200);
      expectEnvelope(response.headers);
      expect(response.headers.get('Vary')).toMatch(/accept-encoding/i);
      expect(decoders[response.coding]?.(response.bytes).toString()).toBe(document);
      return response.coding;
    };
    expect(await codingFor('identity;q=0')).toBe('identity');
    expect(await codingFor('*;q=0')).toBe('identity');
    expect(await codingFor('identity;q=0, gzip')).toBe('gzip');
    await fc.assert(
      fc.asyncProperty(header, async (accepted) => void (await codingFor(accepted))),
      { numRuns: 60 },
    );
  });
});
