import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startService, type TestService } from '../testing/service.ts';
import { responseHeaderNames } from './response-headers.ts';

const origin = 'https://app.example';
let service: TestService;
beforeAll(async () => {
  service = await startService({ CORS_ORIGINS: origin });
});
afterAll(() => service.close());

/** What OpenAI's client for JavaScript sends from a browser. */
const clientHeaders = [
  'authorization',
  'content-type',
  'openai-organization',
  'openai-project',
  ...['arch', 'helper-method', 'lang', 'os', 'package-version', 'retry-count', 'runtime', 'runtime-version', 'timeout'].map(
    (name) => `x-stainless-${name}`,
  ),
];

async function preflight(path: string, requested: readonly string[], from = origin): Promise<Headers> {
  const headers = {
    Origin: from,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': requested.join(),
  };
  const response = await fetch(`${service.url}${path}`, { method: 'OPTIONS', headers });
  expect(response.status).toBe(204);
  return response.headers;
}

const listOf = (headers: Headers, name: string) => headers.get(name)?.split(/, ?/) ?? [];

describe('The preflight of a browser', () => {
  test.each([
    ['openai-node', '/v1/chat/completions', clientHeaders],
    ['a caller of the REST API', '/api/v4/generate', ['authorization', 'content-type', 'idempotency-key', 'x-request-id']],
    ['an instrumented page', '/v1/models', ['traceparent', 'x-custom']],
  ])('allows every header that %s requests', async (_who, path, requested) => {
    const headers = await preflight(path, requested);
    expect(listOf(headers, 'Access-Control-Allow-Headers')).toEqual(requested);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(listOf(headers, 'Access-Control-Allow-Methods')).toContain('POST');
  });

  test.each(['https://other.example', 'https://app.example.evil.example', 'http://app.example', 'null'])(
    'from %s, which is no allowed origin, allows nothing',
    async (other) => {
      const headers = await preflight('/v1/chat/completions', clientHeaders, other);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    },
  );
});

describe('A page of an allowed origin', () => {
  test('may read every header that has a meaning to a client, also of errors', async () => {
    const response = await fetch(`${service.url}/v1/models`, { headers: { Origin: origin } });
    expect(response.status).toBe(401);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    const exposed = listOf(response.headers, 'Access-Control-Expose-Headers');
    expect(exposed).toEqual(responseHeaderNames.filter((name) => name !== 'Set-Cookie'));
    expect(exposed).toEqual(expect.arrayContaining(['X-Request-ID', 'Retry-After']));
  });
});
