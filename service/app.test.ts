import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maxPictureBodyBytes } from '../contract/body-limits.ts';
import { problems } from '../contract/errors.ts';
import { generateResponse } from './captions/schema.ts';
import { problemResponse } from './http/problem-schemas.ts';
import type { ModelFailure } from './models/model.ts';
import { ModelError } from './models/model-error.ts';
import { failingModels } from './testing/models.ts';
import { g0, generate, startService, type TestService } from './testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({
    TRUSTED_HOSTS: '127.0.0.1',
    CORS_ORIGINS: 'https://yourapp.com',
    VALID_API_KEYS: 'configured-key-0001',
    RATE_LIMIT_IP_REQUESTS: '100000',
    RATE_LIMIT_REQUESTS: '100000',
    RELEASE_ID: 'abc123',
  });
});
afterAll(() => service.close());

const call = (path: string, init?: RequestInit) => fetch(`${service.url}${path}`, init);

/** The problem that an answer is, once it was checked to be a whole one. */
async function problemOf(response: Response) {
  expect(response.headers.get('Content-Type')).toContain('application/problem+json');
  const problem = problemResponse.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.request_id).toBe(response.headers.get('X-Request-ID'));
  return problem;
}

describe('A caption request', () => {
  test('of guide G0 returns a caption about the description', async () => {
    const response = await generate(service);
    expect(response.status).toBe(200);
    const answer = generateResponse.strict().parse(await response.json());
    expect(`${answer.caption} ${answer.alternatives.join(' ')}`.toLowerCase()).toContain('dog');
    expect(answer).toMatchObject({ style: 'casual', audience: 'general', language: 'en' });
    expect(answer.alternatives).toHaveLength(2);
  });

  test('is served from the cache the second time, for every caller', async () => {
    const request = { ...g0, content_description: 'A cat asleep on a warm window sill' };
    const first = generateResponse.parse(await (await generate(service, request)).json());
    const second = generateResponse.parse(await (await generate(service, { ...request, client_id: 'another' })).json());
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(second.caption).toBe(first.caption);
    expect(second.id).not.toBe(first.id);
  });

  test('accepts a key of VALID_API_KEYS', async () => {
    expect((await generate(service, g0, 'configured-key-0001')).status).toBe(200);
  });

  test('that is invalid returns a pointer to each invalid field', async () => {
    const problem = await problemOf(await generate(service, { ...g0, style: 'loud', client_id: undefined, surprise: 1 }));
    expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/client_id', '/style', '/surprise']);
  });
});

describe('A request that fails', () => {
  const noKey = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  test.each<[string, keyof typeof problems, () => Promise<Response>]>([
    ['malformed JSON', 'malformed_json', () => generate(service, '{"content_description":')],
    ['an empty body', 'malformed_json', () => generate(service, '')],
    ['JSON with a poisoned prototype', 'invalid_request', () => generate(service, '{"__proto__":{"x":1}}')],
    ['no credential', 'unauthorized', () => call('/api/v4/generate', { ...noKey, body: JSON.stringify(g0) })],
    ['an unknown key', 'unauthorized', () => generate(service, g0, 'unknown-key')],
    ['an expired key', 'unauthorized', () => generate(service, g0, 'expired-key')],
    ['a key without the permission', 'forbidden', () => generate(service, g0, 'reader-key')],
    ['an unknown path', 'not_found', () => call('/api/v9/nothing')],
    ['a file that the documentation has not', 'not_found', () => call('/api/v1/docs/..%2Fpackage.json')],
    ['a file with the name of what every object has', 'not_found', () => call('/api/v1/docs/constructor')],
    ['a wrong method', 'method_not_allowed', () => call('/api/v4/generate')],
    ['a large body', 'payload_too_large', () => generate(service, 'a'.repeat(maxPictureBodyBytes + 1))],
    [
      'another content type',
      'unsupported_media_type',
      () => generate(service, g0, 'user-key', { headers: { Authorization: 'Bearer user-key' } }),
    ],
    ['an unknown field', 'invalid_request', () => generate(service, { ...g0, surprise: true })],
  ])('for %s is the problem %s', async (_what, code, send) => {
    const response = await send();
    expect(await problemOf(response)).toMatchObject({ code, status: problems[code].status, title: problems[code].title });
  });

  test('for a large body that does not say its length is a problem too', async () => {
    const body = new Blob(['a'.repeat(maxPictureBodyBytes + 10)]).stream();
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' };
    const response = await call('/api/v4/generate', { method: 'POST', headers, body, duplex: 'half' });
    expect((await problemOf(response)).code).toBe('payload_too_large');
  });

  test('names the methods that are allowed, also to OPTIONS', async () => {
    expect((await call('/api/v4/generate', { method: 'DELETE' })).headers.get('Allow')).toBe('POST, OPTIONS');
    const options = await call('/health', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('Allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  test('names the methods of a fixed path alone, though a path that varies fits it too', async () => {
    expect((await call('/users/me', { method: 'OPTIONS' })).headers.get('Allow')).toBe('GET, HEAD, PATCH, OPTIONS');
  });

  test('requires a Bearer credential if none is sent', async () => {
    expect((await generate(service, g0, '')).headers.get('WWW-Authenticate')).toContain('Bearer');
  });
});

describe('A failing model', () => {
  const failing = (error: unknown) => startService({}, { models: () => failingModels(error) });
  test.each<[ModelFailure, keyof typeof problems]>([
    ['timeout', 'timeout'],
    ['overloaded', 'unavailable'],
    ['rejected', 'model_failed'],
    ['unreachable', 'model_failed'],
    ['invalid_response', 'model_failed'],
  ])('with %s returns %s', async (failure, code) => {
    const failed = await failing(new ModelError(failure, 'secret detail of the provider'));
    const problem = await problemOf(await generate(failed));
    expect(problem.code).toBe(code);
    expect(JSON.stringify(problem)).not.toContain('secret detail');
    await failed.close();
  });

  test('with an unexpected error is a 500 without details for the caller, and the log has the error', async () => {
    const failed = await failing(new TypeError('the value 4711 is odd'));
    const problem = await problemOf(await generate(failed));
    expect(problem.code).toBe('internal');
    expect(JSON.stringify(problem)).not.toContain('4711');
    expect(failed.lines.join('')).toContain('4711');
    await failed.close();
  });
});

describe('Every answer', () => {
  test('carries the security headers, the release and a request id', async () => {
    const { headers } = await call('/');
    expect(headers.get('X-Frame-Options')).toBe('DENY');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('X-XSS-Protection')).toBe('1; mode=block');
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers.get('Content-Security-Policy')).not.toContain('unsafe');
    expect(headers.get('X-Release')).toBe('abc123');
    expect(headers.get('X-Request-ID')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  test('keeps the request id of a caller that is sane and replaces one that is not', async () => {
    const idOf = async (given: string) => (await call('/health', { headers: { 'X-Request-ID': given } })).headers.get('X-Request-ID');
    expect(await idOf('trace-0123456789')).toBe('trace-0123456789');
    expect(await idOf('a b"c')).not.toBe('a b"c');
    expect(await idOf('x'.repeat(65))).not.toBe('x'.repeat(65));
  });

  test('is compressed where it is long and the caller can read it', async () => {
    const { headers } = await call('/api/v1/openapi.json', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(headers.get('Content-Encoding')).toBe('gzip');
  });

  test('lets a listed origin in and no other', async () => {
    const allowed = async (origin: string) =>
      (await call('/health', { headers: { Origin: origin } })).headers.get('Access-Control-Allow-Origin');
    expect(await allowed('https://yourapp.com')).toBe('https://yourapp.com');
    expect(await allowed('https://yourapp.com.evil.example')).toBeNull();
    const preflight = { method: 'OPTIONS', headers: { Origin: 'https://yourapp.com', 'Access-Control-Request-Method': 'POST' } };
    expect((await call('/api/v4/generate', preflight)).headers.get('Access-Control-Allow-Methods')).toBe('GET,HEAD,POST,PUT,PATCH,DELETE');
  });
});
