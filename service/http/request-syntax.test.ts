import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RawResponse, rawRequest, sendRaw } from '../testing/raw-http.ts';
import { g0, startService, type TestService } from '../testing/service.ts';
import { openAiErrorResponse, problemResponse } from './problem-schemas.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_REQUESTS: '1000000', RATE_LIMIT_BATCH_REQUESTS: '1000000' });
});
afterAll(() => service.close());

const authorized = { Authorization: 'Bearer admin-key', 'Content-Type': 'application/json' };
const problemOf = ({ body }: RawResponse) => problemResponse.parse(JSON.parse(body));

/** Bytes that no text in UTF-8 holds. */
const invalid: Readonly<Record<string, readonly number[]>> = {
  'a byte of ISO 8859-1': [0xe9],
  'a cut character': [0xe2, 0x82],
  'a lone continuation': [0x80],
  'an overlong slash': [0xc0, 0xaf],
  'an encoded surrogate': [0xed, 0xa0, 0x80],
  'a code point above the last': [0xf4, 0x90, 0x80, 0x80],
  'a byte that UTF-8 never has': [0xff],
};
const cases = Object.entries(invalid);

describe('Invalid UTF-8', () => {
  test.each(cases)('in a body (%s) returns 400 without side effects', async (_what, bytes) => {
    const [before = '', after = ''] = JSON.stringify({ ...g0, content_description: 'A dog | at sunset' }).split('|');
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    const response = await sendRaw(service.url, rawRequest('POST', '/api/v4/generate', authorized, body));
    expect(response.status).toBe(400);
    expect(problemOf(response)).toMatchObject({ code: 'malformed_json', detail: 'The body is not UTF-8.' });
  });

  test.each(cases)('in JSON Lines (%s) returns 400', async (_what, bytes) => {
    const line = JSON.stringify({ kind: 'query', query: 'What is 6 * 7?|' }).split('|');
    const body = Buffer.concat([Buffer.from(line[0] ?? ''), Buffer.from(bytes), Buffer.from(line[1] ?? '')]);
    const headers = { ...authorized, 'Content-Type': 'application/jsonl' };
    const response = await sendRaw(service.url, rawRequest('POST', '/api/v1/batch', headers, body));
    expect([response.status, problemOf(response).code]).toEqual([400, 'malformed_json']);
  });

  test.each(cases)('in the body of GraphQL and of OpenAI’s API (%s) returns 400', async (_what, bytes) => {
    const body = Buffer.concat([Buffer.from('{"query":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect((await sendRaw(service.graphqlUrl, rawRequest('POST', '/graphql', authorized, body))).status).toBe(400);
    const response = await sendRaw(service.url, rawRequest('POST', '/v1/chat/completions', authorized, body));
    expect([response.status, openAiErrorResponse.parse(JSON.parse(response.body)).error.code]).toEqual([400, 'malformed_json']);
  });

  test.each(cases)('as percent escapes in the path or the query string (%s) returns 400', async (_what, bytes) => {
    const escapes = bytes.map((byte) => `%${byte.toString(16)}`).join('');
    for (const target of [`/api/v1/usage?group_by=${escapes}`, `/v1/models/${escapes}`, `/${escapes}`, `/health?${escapes}`]) {
      const { status, body } = await sendRaw(service.url, rawRequest('GET', target, authorized));
      expect([target, status]).toEqual([target, 400]);
      expect(body).toContain('malformed_request');
    }
  });

  test.each(cases)('in a header (%s) returns 400', async (_what, bytes) => {
    const response = await sendRaw(service.url, rawRequest('GET', '/health', { 'User-Agent': `x${String.fromCharCode(...bytes)}` }));
    expect(response.status).toBe(400);
    expect(problemOf(response)).toMatchObject({ code: 'malformed_request', detail: 'The header User-Agent is not UTF-8.' });
  });

  test('raw in the target returns 400, as does valid UTF-8 that is not escaped', async () => {
    for (const text of ['\u00e9', Buffer.from('é').toString('latin1'), '\u00a0']) {
      expect((await sendRaw(service.url, rawRequest('GET', `/api/v1/usage?x=${text}`))).status).toBe(400);
    }
  });

  test.each(['%', '%4', '%zz', '%4g', '%u0041'])('and an escape like %s return the same', async (text) => {
    expect((await sendRaw(service.url, rawRequest('GET', `/health?x=${text}`))).status).toBe(400);
  });
});

describe('UTF-8', () => {
  test('with a byte order mark in front is read as without', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    const body = Buffer.concat([mark, Buffer.from(JSON.stringify(g0))]);
    expect((await sendRaw(service.url, rawRequest('POST', '/api/v4/generate', authorized, body))).status).toBe(200);
  });

  test('in UTF-16 is none', async () => {
    const body = Buffer.from(`\ufeff${JSON.stringify(g0)}`, 'utf16le');
    expect((await sendRaw(service.url, rawRequest('POST', '/api/v4/generate', authorized, body))).status).toBe(400);
  });

  test('reaches the service as it was sent, in bodies and headers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), async (text) => {
        fc.pre(text.trim() !== '' && !text.includes('\0'));
        const body = Buffer.from(JSON.stringify({ query: text }));
        const agent = `agent ${text.replace(/[\p{C}\p{Z}]/gu, '')}.`;
        const headers = { ...authorized, 'User-Agent': Buffer.from(agent).toString('latin1') };
        const response = await sendRaw(service.url, rawRequest('POST', '/api/v1/query', headers, body));
        expect([response.status, JSON.parse(response.body).query]).toEqual([200, text.trim()]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(['"\\ud83d"', '"\\udc15\\ud83d"', '"a\\uD83Db"'])('cannot encode the escape %s: it returns 400', async (text) => {
    for (const body of [`{"query":${text}}`, `{${text}:1}`]) {
      const response = await sendRaw(service.url, rawRequest('POST', '/api/v1/query', authorized, Buffer.from(body)));
      expect([response.status, problemOf(response).detail]).toEqual([400, 'The body contains a lone surrogate.']);
    }
  });

  test('may be escaped in pairs', async () => {
    const body = Buffer.from('{"query":"\\ud83d\\udc15 and \\\\ud83d"}');
    const response = await sendRaw(service.url, rawRequest('POST', '/api/v1/query', authorized, body));
    expect([response.status, JSON.parse(response.body).query]).toEqual([200, '🐕 and \\ud83d']);
  });
});

describe('The Host', () => {
  const get = (...hosts: string[]) =>
    `GET /health HTTP/1.1\r\nConnection: close\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}\r\n`;
  test.each([
    ['missing', get()],
    ['given twice', get('localhost', 'evil.example')],
    ['no name', get('local host')],
    ['a path', get('localhost/health')],
  ])('that is %s returns 400', async (_what, request) => {
    const response = await sendRaw(service.url, request);
    expect([response.status, problemOf(response).code]).toEqual([400, 'malformed_request']);
  });

  test('may be missing in HTTP/1.0', async () => {
    expect((await sendRaw(service.url, 'GET /health HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});
