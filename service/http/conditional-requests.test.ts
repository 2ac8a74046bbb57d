import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EndpointName, endpointNames, endpointOf } from '../../contract/endpoints/index.ts';
import { testDatabase } from '../testing/database.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { rawRequest, sendRaw } from '../testing/raw-http.ts';
import { builtFile } from '../testing/samples.ts';
import { startService, type TestService } from '../testing/service.ts';

let service: TestService;
let replica: TestService;
beforeAll(async () => {
  [service, replica] = await Promise.all([startService({ RATE_LIMIT_IP_REQUESTS: '100000' }), startService()]);
});
afterAll(() => Promise.all([service.close(), replica.close()]));

const names = endpointNames.filter((name) => endpointOf(name).conditional);
const fileOfPage = await builtFile();
const article = await insertArticle(testDatabase, { source_id: await insertSource(testDatabase) });
const pathOf = (name: EndpointName) =>
  endpointOf(name)
    .path.replace(':file', name === 'webFile' ? fileOfPage : 'start.js')
    .replace(':model', 'auto')
    .replace(':id', article);

function send(name: EndpointName, headers: Record<string, string> = {}, method = 'GET', of: TestService = service) {
  const base = endpointOf(name).port === 'graphql' ? of.graphqlUrl : of.url;
  return sendRaw(base, rawRequest(method, pathOf(name), { Authorization: 'Bearer user-key', ...headers }));
}
const tagOf = async (...args: Parameters<typeof send>) => (await send(...args)).headers.get('ETag') ?? '';

test('The documents, their files and the lists of models have an ETag', () => {
  expect(names).toEqual(
    expect.arrayContaining(['openapi', 'docs', 'docsFile', 'graphiql', 'graphiqlFile', 'models', 'compatibleModels', 'compatibleModel']),
  );
});

describe.each(names)('%s', (name) => {
  test('has the same ETag whenever, however compressed and by whichever replica it is sent', async () => {
    const tag = await tagOf(name);
    expect(tag).toMatch(/^W\/"[\w-]{43}"$/);
    const others = [
      tagOf(name),
      tagOf(name, { 'Accept-Encoding': 'gzip' }),
      tagOf(name, { 'Accept-Encoding': 'br' }),
      tagOf(name, {}, 'HEAD'),
      tagOf(name, {}, 'GET', replica),
    ];
    expect(await Promise.all(others)).toEqual(others.map(() => tag));
  });

  test.each<[string, (tag: string) => string]>([
    ['its ETag', (tag) => tag],
    ['its ETag as a strong one', (tag) => tag.replace('W/', '')],
    ['its ETag among others', (tag) => `"x", ${tag}, W/"y"`],
    ['*', () => '*'],
  ])('returns 304 without a body if the client has %s', async (_what, given) => {
    const full = await send(name);
    for (const method of ['GET', 'HEAD']) {
      const { status, body, headers } = await send(name, { 'If-None-Match': given(full.headers.get('ETag') ?? '') }, method);
      expect([status, body, headers.get('Content-Type')]).toEqual([304, '', null]);
      for (const header of ['ETag', 'Cache-Control']) expect(headers.get(header)).toBe(full.headers.get(header));
      expect(headers.get('Cache-Control')).toMatch(/no-cache|max-age/);
      expect(headers.get('Vary') ?? '').toContain(full.headers.get('Vary') ?? '');
      expect(headers.get('X-Request-ID')).toBeTruthy();
    }
  });

  test.each(['"x"', 'W/"x"', 'garbage', ''])('is sent whole if the client has %j', async (given) => {
    const { status, body } = await send(name, { 'If-None-Match': given });
    expect([status, body.length > 0]).toEqual([200, true]);
  });
});

test('A list that requires a permission is not stored by shared caches, and needs the credential also for a 304', async () => {
  const { headers } = await send('models');
  expect(headers.get('Cache-Control')).toBe('private, no-cache');
  expect((await send('models', { Authorization: 'Bearer none', 'If-None-Match': '*' })).status).toBe(401);
  expect((await send('openapi')).headers.get('Cache-Control')).toBe('no-cache');
});
