import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EndpointName, endpointNames, endpointOf } from '../contract/endpoints/index.ts';
import { createKeyStore } from './accounts/key-store.ts';
import { createClient } from './client/client.ts';
import { type AnyInput, buildRequest } from './client/request.ts';
import { isDeclared, type Shape } from './http/shape.ts';
import { shapes } from './shapes.ts';
import { testDatabase } from './testing/database.ts';
import { nearlyValidValues, requestBodies } from './testing/mutations.ts';
import { sampleInput } from './testing/samples.ts';
import { startService, type TestService } from './testing/service.ts';
import { createTestKey } from './testing/test-callers.ts';

/** Bodies in all, shared by the endpoints that take one (more on request: GENERATED_BODIES); and so many path and query strings for each that takes them. */
const bodies = Number(process.env.GENERATED_BODIES ?? 500);
const urls = 50;
/** So many are sent together. */
const together = 25;
/** Texts that must be in no log line: a key, a token and a password, as they are put into headers, bodies and URLs. */
const planted = { header: 'sk-planted-in-a-header', body: 'Planted-in-a-body-1!', url: 'planted-in-a-query' };

let service: TestService;
/** The caller's: an own one for each endpoint, because what is generated may rotate or end it. */
let key: string;
const keys: string[] = [];
const newKey = async () => {
  key = await createTestKey('Admin', { rate_limit_requests: 1_000_000 });
  keys.push(key);
};
beforeAll(async () => {
  const plenty = { RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_LOGIN_REQUESTS: '1000000', RATE_LIMIT_BATCH_REQUESTS: '1000000' };
  service = await startService(plenty, { keyStore: createKeyStore(testDatabase, { requests: 1_000_000, windowSeconds: 3600 }) });
});
afterAll(async () => {
  agent.destroy();
  await service.close();
  await testDatabase.destroy();
});

const shapeOf = (name: EndpointName): Shape => shapes[name];

/** fetch would take most of the time. */
const agent = new Agent({ keepAlive: true, maxSockets: together });

/** The status of an answer to a body, with secrets all over the request. */
function send(name: EndpointName, input: AnyInput, body?: string): Promise<number> {
  const base = endpointOf(name).port === 'graphql' ? service.graphqlUrl : service.url;
  const { url, init } = buildRequest(base, endpointOf(name), input, { accept: '*/*', credential: key });
  const secrets = { Cookie: `session=${planted.header}`, 'X-Api-Key': planted.header };
  const headers = { ...init.headers, ...secrets, 'Content-Type': 'application/json' };
  const target = `${url}${url.includes('?') ? '&' : '?'}token=${planted.url}`;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(target, { agent, method: init.method, headers }, (response) => {
    response.on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
    response.resume();
  })
    .on('error', reject)
    .end(body);
  return promise;
}
/** Number of responses per status. */
const seen = new Map<number, number>();
const isFine = (status: number) => status >= 200 && status < 500;

/** Sends generated inputs concurrently, and shrinks one that returns a 5xx. */
function attempt<T>(values: fc.Arbitrary<T>, count: number, send: (value: T) => Promise<number>): Promise<void> {
  const property = fc.asyncProperty(fc.array(values, { minLength: together, maxLength: together }), async (list) => {
    const answers = await Promise.all(list.map(async (value) => ({ status: await send(value), value })));
    for (const { status } of answers) seen.set(status, (seen.get(status) ?? 0) + 1);
    expect(answers.filter(({ status }) => !isFine(status))).toEqual([]);
  });
  return fc.assert(property, { numRuns: Math.ceil(count / together) });
}

describe('No generated input returns a 5xx', () => {
  const withBody = endpointNames.filter((name) => isDeclared(shapeOf(name).body));
  test.each(withBody)('as the body of %s', async (name) => {
    await newKey();
    const client = createClient({ baseUrl: service.url, credential: key });
    const { params = {}, query = {} } = await sampleInput(name, { owner: client, admin: client });
    await attempt(requestBodies(shapeOf(name).body, planted.body), bodies / withBody.length, (body) => send(name, { params, query }, body));
  });

  const withParameters = endpointNames.filter((name) => isDeclared(shapeOf(name).params) || isDeclared(shapeOf(name).query));
  test.each(withParameters)('as path and query of %s', async (name) => {
    await newKey();
    const { params, query, body } = shapeOf(name);
    // A head of more than 16 KB never gets past Node's parser.
    const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 200);
    const texts = (value: unknown) =>
      Object.fromEntries(
        Object.entries(Object(value))
          .slice(0, 10)
          .map(([name, inner]) => [name, text(inner)]),
      );
    const objects = (schema: Shape['params']) => (isDeclared(schema) ? nearlyValidValues(schema, 'planted').map(texts) : fc.constant({}));
    await attempt(fc.record({ params: objects(params), query: objects(query) }), urls, (input) =>
      send(name, input, isDeclared(body) ? '{}' : ''),
    );
  });

  test('but a success, or a rejection of the body: neither limits nor credentials rejected it earlier', () => {
    expect(seen.get(200)).toBeGreaterThan(bodies / 100);
    expect(seen.get(422)).toBeGreaterThan(bodies / 3);
    // Logins of one account are limited, regardless of the address.
    expect(seen.get(429) ?? 0).toBeLessThan(bodies / 20);
    // Three endpoints return it for a body with a wrong credential.
    expect(seen.get(401) ?? 0).toBeLessThan(bodies / 5);
  });

  test('and no log line holds a key, a token or a password', async () => {
    expect(service.lines.length).toBeGreaterThan(bodies);
    const secrets = [...keys, ...Object.values(planted)];
    expect(service.lines.filter((line) => secrets.some((secret) => line.includes(secret))).slice(0, 3)).toEqual([]);
  });
});
