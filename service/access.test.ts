import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../contract/endpoints/endpoint.ts';
import { type EndpointName, endpointNames, endpointOf } from '../contract/endpoints/index.ts';
import type { Permission } from '../contract/roles.ts';
import { createKeyStore } from './accounts/key-store.ts';
import { type Client, createClient } from './client/client.ts';
import { ApiProblem, readProblem } from './client/problem.ts';
import { readResponse } from './client/read.ts';
import { type AnyInput, buildRequest } from './client/request.ts';
import type { Shape } from './http/shape.ts';
import { shapes } from './shapes.ts';
import { testDatabase } from './testing/database.ts';
import { hasOwner, sampleInput } from './testing/samples.ts';
import { startService, type TestService } from './testing/service.ts';
import { createCallers, createTestKey, type TestCaller } from './testing/test-callers.ts';
import { respondsWithJson, startUpstream } from './testing/upstream.ts';

const plenty = { RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_LOGIN_REQUESTS: '1000000', RATE_LIMIT_BATCH_REQUESTS: '1000000' };
/** Only requests for embeddings need a model behind an endpoint. */
const vectors = await startUpstream(respondsWithJson({ data: [{ index: 0, embedding: [0.5] }] }));
const models = [
  { provider: 'openai', id: 'embeddings', base_url: vectors.url, capabilities: ['embeddings'] },
  { provider: 'offline', id: 'offline' },
];
let service: TestService;
let callers: Awaited<ReturnType<typeof createCallers>>;
/** A caller with all permissions, and one with all but Admin. */
let admin: Client;
let another: Client;
beforeAll(async () => {
  service = await startService(
    { ...plenty, TEXT_MODELS: JSON.stringify(models), NEWS_CONTACT: 'mailto:news@example.org' },
    { keyStore: createKeyStore(testDatabase, { requests: 1_000_000, windowSeconds: 3600 }) },
  );
  callers = await createCallers();
  admin = clientOf(await createTestKey('Admin'));
  another = clientOf(await createTestKey('Developer'));
});
afterAll(async () => {
  await service.close();
  await vectors.close();
  await testDatabase.destroy();
});

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
const clientOf = (credential: string) => createClient({ baseUrl: service.url, credential });

/** The status of an answer, which is read to its end by the schema that its endpoint declares; and a problem's code. */
async function send(name: EndpointName, input: AnyInput, credential: string | undefined, path: Endpoint['path']): Promise<string> {
  const { answer }: Shape = shapes[name];
  const accept = Object.keys(answer.content)[0] ?? '*/*';
  const { url, init } = buildRequest(
    endpointOf(name).port === 'graphql' ? service.graphqlUrl : service.url,
    { ...endpointOf(name), path },
    input,
    { accept, credential },
  );
  const response = await fetch(url, init);
  if (!response.ok) return `${response.status} ${(await readProblem(response)).code}`;
  const value = await readResponse(name, answer, response);
  if (isIterable(value)) for await (const line of value) expect(line).toBeDefined();
  return String(response.status);
}

/** What the contract declares for a caller: nothing else decides it. */
function declared(name: EndpointName, { permissions: holds }: TestCaller): string {
  const { permission, port } = endpointOf(name);
  const { answer }: Shape = shapes[name];
  if (permission === 'public') return String(answer.status);
  if (holds === undefined) return '401 unauthorized';
  const needed: readonly Permission[] = [permission, port === 'graphql' ? 'GraphQL_Access' : 'API_Access'];
  return needed.every((each) => holds.includes(each)) ? String(answer.status) : '403 forbidden';
}

/** A sample of the caller's own; of another who may, where the caller may not make one. */
async function sampleFor(name: EndpointName, credential: string | undefined): Promise<{ readonly own: boolean; readonly input: AnyInput }> {
  if (!hasOwner(name)) return { own: true, input: await sampleInput(name, { owner: another, admin }) };
  try {
    if (credential !== undefined) return { own: true, input: await sampleInput(name, { owner: clientOf(credential), admin }) };
  } catch (error) {
    if (!(error instanceof ApiProblem) || ![401, 403].includes(error.status)) throw error;
  }
  return { own: false, input: await sampleInput(name, { owner: another, admin }) };
}

describe('Access', () => {
  const all = endpointNames.flatMap((name) => {
    const { method, path, aliases = [] } = endpointOf(name);
    return [path, ...aliases].map((each) => ({ name, method, path: each }));
  });

  test.each(all)(
    'to $method $path is what the contract declares, for every role, permission and state of a key',
    async ({ name, path }) => {
      const found: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const [caller, { credential, permissions: holds }] of Object.entries(callers)) {
        const { own, input } = await sampleFor(name, credential);
        found[caller] = await send(name, input, credential, path);
        const answer = declared(name, { credential, permissions: holds });
        // Objects of other owners are not found, even with the permission.
        expected[caller] = own || answer.startsWith('40') ? answer : '404 not_found';
      }
      if (hasOwner(name)) {
        found.otherOwner = await send(name, await sampleInput(name, { owner: another, admin }), await createTestKey('Developer'), path);
        expected.otherOwner = '404 not_found';
      }
      expect(found).toEqual(expected);
    },
  );
});
