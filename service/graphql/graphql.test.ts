import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  findBreakingChanges,
  GraphQLObjectType,
  getIntrospectionQuery,
  isInputField,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
} from 'graphql';
import * as z from 'zod';
import { graphqlLimits, type OperationName, operationNames, operations } from '../../contract/endpoints/graphql-operations.ts';
import { endpointOf, endpoints } from '../../contract/endpoints/index.ts';
import { type Permission, permissions, userRoles } from '../../contract/roles.ts';
import { hashKey } from '../accounts/key-hashing.ts';
import { createModels } from '../providers/configuration.ts';
import { testDatabase } from '../testing/database.ts';
import { freeMeter } from '../testing/models.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { startService, type TestService } from '../testing/service.ts';
import { testCaller } from '../testing/usage-events.ts';
import { schema } from './executable-schema.ts';
import { graphqlResponse } from './schema.ts';

/** Permissions by key: those of a role, or all but one. */
const holders: Readonly<Record<string, readonly Permission[]>> = {
  'admin-key': userRoles.Admin,
  'developer-key': userRoles.Developer,
  'user-key': userRoles.User,
  ...Object.fromEntries(permissions.map((missing) => [`without-${missing}`, permissions.filter((held) => held !== missing)])),
};
const quota = { requests: 100_000, windowSeconds: 3600 };
const callerWith = (key: string, allowed = quota) => testCaller({ id: `key:${key}`, permissions: holders[key] ?? [], quota: allowed });
const callers = new Map(Object.keys(holders).map((key) => [hashKey(key), callerWith(key)]));

/** Required settings of production; nothing connects to these hosts. */
const production = {
  ENVIRONMENT: 'production',
  ROLE: 'graphql',
  DATABASE_URL: 'postgresql://localhost/captions',
  REDIS_URL: 'redis://localhost',
  METRICS_PORT: '9090',
  TRUSTED_HOSTS: '127.0.0.1',
  SECRET_KEY: 'a secret of the tests, and of nothing else',
};

let service: TestService;
beforeAll(async () => {
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '100000' }, { keyStore: { find: async (keyHash) => callers.get(keyHash) } });
});
afterAll(async () => {
  await service.close();
  await testDatabase.destroy();
});

async function post(body: unknown, key = 'developer-key', url = service.graphqlUrl) {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return fetch(url + endpoints.graphql.path, { method: 'POST', headers, body: JSON.stringify(body) });
}
/** The response to one operation. */
async function run(query: string, variables: Record<string, unknown> = {}, key?: string) {
  const answer = graphqlResponse.parse(await (await post({ query, variables }, key)).json());
  if (Array.isArray(answer)) throw new Error('one operation has one response');
  return answer;
}
const messages = (answer: Awaited<ReturnType<typeof run>>) => (answer.errors ?? []).map(({ message }) => message).join('\n');

const write =
  'mutation Write($input: GenerateCaptionInput!) { generateCaption(input: $input) { caption hashtags language cached usage { totalTokens } } }';
const input = { contentDescription: 'A dog on a beach at sunset', style: 'casual', audience: 'general', clientId: 'test-client' };

describe('GraphQL', () => {
  test('runs queries and generates captions', async () => {
    const { data, errors } = await run('{ systemMetrics { requestsTotal processId } cacheStats { kind misses } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ systemMetrics: { processId: process.pid }, cacheStats: { kind: 'memory' } });
    const written = await run(write, { input });
    expect(written.data).toMatchObject({ generateCaption: { language: 'en', caption: expect.stringMatching(/\w+/) } });
  });

  test('returns a problem with the code, remedy and fields of REST', async () => {
    const answer = await run(write, { input: { ...input, contentDescription: '', count: 9 } });
    expect(answer.data).toBeNull();
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'invalid_request',
      status: 422,
      errors: [{ pointer: '/content_description' }, { pointer: '/count' }],
    });
  });

  const twoOperations = 'query A { models { id } } query B { models { name } }';
  test.each([
    [{}, 'BAD_REQUEST'],
    [{ query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [{ query: twoOperations }, 'OPERATION_RESOLUTION_FAILURE'],
    [{ query: twoOperations, operationName: 'C' }, 'OPERATION_RESOLUTION_FAILURE'],
  ])('rejects %j without data and with the code %s', async (request, code) => {
    expect(await (await post(request)).json()).toEqual({ errors: [expect.objectContaining({ extensions: { code } })] });
  });

  test('runs the operation that is named', async () => {
    const answer = await (await post({ query: twoOperations, operationName: 'B' })).json();
    expect(answer).toMatchObject({ data: { models: [{ name: expect.any(String) }] } });
  });

  test('rejects variables of the wrong type without running the operation', async () => {
    const answer = await run('query($on: Boolean!) { models @include(if: $on) { id } }', { on: 'yes' });
    expect(answer.data).toBeUndefined();
    expect(messages(answer)).toContain('Boolean cannot represent a non boolean value');
  });

  test('hides an unexpected error, returns the request id and logs the cause', async () => {
    const models = createModels(service.dependencies.settings, freeMeter, () => {});
    const captions = () => Promise.reject(new Error('the wiring inside'));
    const broken = await startService({}, { models: () => ({ ...models, captions }) });
    const answer = await (await post({ query: write, variables: { input } }, 'developer-key', broken.graphqlUrl)).text();
    expect(answer).toContain('"code":"internal"');
    expect(answer).not.toContain('wiring');
    expect(broken.lines.find((line) => line.includes('the wiring inside'))).toContain('request_id');
    await broken.close();
  });
});

const createUser = 'mutation($input: CreateUserInput!) { createUser(input: $input) { id username role } }';
const createKey = 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { id name key permissions } }';
const processBatch = 'mutation($input: ProcessBatchInput!) { processBatch(input: $input) { id status total } }';
let made = 0;
const newUser = () => {
  made += 1;
  return { input: { username: `user-${made}`, email: `user-${made}@example.com` } };
};
/** The id of an object that an administrator creates with a document. */
async function idOf(name: string, query: string, variables: Record<string, unknown>): Promise<unknown> {
  const { data } = await run(query, variables, 'admin-key');
  return z.object({ id: z.string() }).parse(data?.[name]).id;
}

const newKey = async () => ({ input: { name: 'a key', userId: await idOf('createUser', createUser, newUser()) } });

/** A document for each operation, and variables that are created for each call. */
const samples: Readonly<Record<OperationName, { readonly query: string; readonly variables?: () => object | Promise<object> }>> = {
  systemMetrics: { query: '{ systemMetrics { hostname } }' },
  systemMetricsHistory: { query: '{ systemMetricsHistory(first: 3) { at process requestsTotal } }' },
  usage: { query: '{ usage(input: { bucket: day, groupBy: model }) { bucket group requests costMicros } }' },
  models: { query: '{ models { id name description capabilities healthy } }' },
  cacheStats: { query: '{ cacheStats { kind } }' },
  clearCache: { query: 'mutation { clearCache { cleared } }' },
  generateCaption: { query: write, variables: () => ({ input }) },
  processQuery: {
    query:
      'mutation { processQuery(input: { query: "What is 6 * 7?" }) { query result routing { model reason } context { tokens } usage { totalTokens } } }',
  },
  processBatch: {
    query: processBatch,
    variables: () => ({ input: { items: [{ query: { query: 'What is 6 * 7?' } }, { caption: input }] } }),
  },
  batches: { query: '{ batches(first: 5) { id status total } }' },
  batch: {
    query: 'query($id: ID!) { batch(id: $id) { id status total succeeded failed createdAt } }',
    variables: async () => ({ id: await idOf('processBatch', processBatch, { input: { items: [{ caption: input }] } }) }),
  },
  articles: {
    query: '{ articles(first: 5, filters: { q: "cancer" }) { id title source { name } snippet { text isMatch } publishedAt topics } }',
  },
  article: {
    query: 'query($id: ID!) { article(id: $id) { title sentiment analysis duplicates { id source { name } } } }',
    variables: async () => ({ id: await insertArticle(testDatabase, { source_id: await insertSource(testDatabase) }) }),
  },
  newsDashboard: {
    query: '{ newsDashboard(filters: { language: "en" }) { from articles { current change } bySource { source { name } current } } }',
  },
  sentimentTrends: { query: '{ sentimentTrends(interval: week) { from to articles positive score } }' },
  topicDistribution: { query: '{ topicDistribution { articles items { topic share articles } } }' },
  geographicDistribution: { query: '{ geographicDistribution { unknown items { country share } } }' },
  sourcePerformance: { query: '{ sourcePerformance { source { name } articles failures lastSuccessAt medianDelayMinutes } }' },
  weeklyTrends: { query: '{ weeklyTrends { previousFrom topics { name current previous change } keywords { name } } }' },
  users: { query: '{ users(first: 5) { id username email role isActive createdAt } }' },
  user: {
    query: 'query($id: ID!) { user(id: $id) { username email } }',
    variables: async () => ({ id: await idOf('createUser', createUser, newUser()) }),
  },
  createUser: { query: createUser, variables: newUser },
  apiKeys: { query: '{ apiKeys(first: 5) { id name permissions expiresAt } }' },
  createApiKey: { query: createKey, variables: newKey },
  revokeApiKey: {
    query: 'mutation($id: ID!) { revokeApiKey(id: $id) }',
    variables: async () => ({ id: await idOf('createApiKey', createKey, await newKey()) }),
  },
};

describe('permission', () => {
  test.each(operationNames)('of %s is the permission of its REST endpoint', async (name) => {
    const { permission } = endpointOf(operations[name].endpoint);
    const { query, variables } = samples[name];
    const first = async (key: string) => graphqlResponse.parse(await (await post({ query, variables: await variables?.() }, key)).json());
    expect(await first('admin-key')).not.toHaveProperty('errors');
    if (permission === 'public') return;
    expect(await first(`without-${permission}`)).toMatchObject({
      errors: [{ message: `This needs the permission ${permission}.`, extensions: { code: 'forbidden', status: 403 } }],
    });
  });

  test('GraphQL_Access is required in addition', async () => {
    expect((await post({ query: '{ systemMetrics { hostname } }' }, 'user-key')).status).toBe(403);
    expect((await post({ query: '{ systemMetrics { hostname } }' }, 'unknown-key')).status).toBe(401);
  });
});

describe('argument', () => {
  const odd = ['', 'x', 'a\u0000b', '\ud800', "'", '-1', '+275760-09-13T00:00:00.000Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
  test.each([
    'query($x: ID!) { user(id: $x) { id } }',
    'query($x: ID!) { batch(id: $x) { id } }',
    'query($x: ID!) { batches(after: $x) { id } }',
    'query($x: ID!) { apiKeys(after: $x) { id } }',
    'query($x: String!) { users(after: $x) { id } }',
    'query($x: ID!) { article(id: $x) { id } }',
    'query($x: ID!) { articles(after: $x) { id } }',
    'query($x: String!) { articles(filters: { q: $x }) { id } }',
    'query($x: String!) { newsDashboard(filters: { from: $x, topic: $x }) { from } }',
    'query($x: ID!) { usage(input: { keyId: $x }) { group } }',
    'query($x: DateTime!) { usage(input: { from: $x }) { group } }',
    'query($x: DateTime!) { usage(input: { to: $x, bucket: month }) { group } }',
    'query($x: DateTime!) { systemMetricsHistory(from: $x) { at } }',
    'query($x: DateTime!) { systemMetricsHistory(to: $x) { at } }',
    'mutation($x: ID!) { revokeApiKey(id: $x) }',
    'mutation($x: ID!) { createApiKey(input: { name: "a", userId: $x }) { id } }',
    'mutation($x: String!) { createApiKey(input: { name: $x, expiresAt: $x }) { id } }',
    'mutation($x: String!) { createUser(input: { username: $x, email: $x }) { id } }',
    'mutation($x: String!) { processQuery(input: { query: $x, model: $x, clientId: $x }) { id } }',
  ])('with unusual text is never an internal error: %s', async (query) => {
    for (const x of odd)
      expect([x, JSON.stringify(await run(query, { x }, 'admin-key'))]).not.toEqual([x, expect.stringContaining('"internal"')]);
  });
});

describe('rate limits', () => {
  const models = (count: number) => ({ query: `{ ${Array.from({ length: count }, (_, index) => `m${index}: models { id }`).join(' ')} }` });
  const countRejected = async (response: Response) => (await response.text()).match(/"code":"rate_limited"/g)?.length ?? 0;
  const limited = (requests: number, environment = {}) =>
    startService(environment, { keyStore: { find: async () => callerWith('admin-key', { requests, windowSeconds: 60 }) } });

  test('count each root field of each operation as a request', async () => {
    const six = await limited(6);
    expect(await countRejected(await post([models(2), models(3)], 'any-key', six.graphqlUrl))).toBe(0);
    expect(await countRejected(await post([models(2), models(1)], 'any-key', six.graphqlUrl))).toBe(2);
    expect((await post(models(1), 'any-key', six.graphqlUrl)).status).toBe(429);
    await six.close();
  });

  test('count a batch together with batches over REST', async () => {
    const one = await limited(100, { RATE_LIMIT_BATCH_REQUESTS: '1' });
    const items = [{ kind: 'query', query: 'What is 6 * 7?' }];
    const headers = { Authorization: 'Bearer any-key', 'Content-Type': 'application/json' };
    const overRest = await fetch(one.url + endpoints.createBatch.path, { method: 'POST', headers, body: JSON.stringify({ items }) });
    expect(overRest.status).toBe(202);
    const variables = { input: { items: [{ query: { query: 'What is 6 * 7?' } }] } };
    expect(await countRejected(await post({ query: processBatch, variables }, 'any-key', one.graphqlUrl))).toBe(1);
    await one.close();
  });
});

describe('document', () => {
  const heavy = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `m${index}: systemMetrics { hostname }`).join(' ')} }`;
  const deep = (depth: number) =>
    `{ __type(name: "Query") ${'{ fields { type '.repeat(depth)}{ name }${' } }'.repeat(depth)} systemMetrics { hostname } }`;

  test.each([
    ['aliases', heavy(graphqlLimits.aliases + 1), /aliases is 16; at most 15/],
    ['depth', deep(graphqlLimits.depth), /depth is 18; at most 8/],
    [
      'cost',
      `{ ...A } fragment A on Query { ${'...B '.repeat(40)} } fragment B on Query { ${'systemMetrics { hostname cpuPercent } '.repeat(40)} }`,
      /cost is \d+; at most 1000/,
    ],
    [
      'the cost of lists of the default length',
      '{ a: usage { group requests cached costMicros bucket } b: usage { group requests cached costMicros bucket } }',
      /cost is 1100/,
    ],
    [
      'aliases, in introspection too',
      `{ __schema { types { ${Array.from({ length: 16 }, (_, index) => `f${index}: fields { name }`).join(' ')} } } }`,
      /aliases is 16; at most 15/,
    ],
    ['tokens', `{ ${'systemMetrics { hostname } '.repeat(graphqlLimits.tokens / 4)} }`, /token/],
    [
      'a cycle of fragments',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A systemMetrics { hostname } }',
      /Cannot spread fragment/,
    ],
  ])('beyond the limit of %s is rejected before execution', async (_what, query, message) => {
    const answer = await run(query);
    expect(answer.data).toBeUndefined();
    expect(messages(answer)).toMatch(message);
  });

  test('with more characters than the limit is rejected and not registered', async () => {
    const query = `{ cacheStats { kind } } # ${'x'.repeat(graphqlLimits.characters)}`;
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    expect((await post({ query, extensions })).status).toBe(422);
    expect(await (await post({ extensions })).json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
  });

  test('within the limits runs, including introspection', async () => {
    expect((await run(heavy(graphqlLimits.aliases))).errors).toBeUndefined();
    expect((await run(getIntrospectionQuery())).errors).toBeUndefined();
  });

  test('can be sent in a batch up to the limit', async () => {
    const one = { query: '{ systemMetrics { hostname } }' };
    const batch = await (await post(Array.from({ length: graphqlLimits.batch }, () => one))).json();
    expect(graphqlResponse.parse(batch)).toHaveLength(graphqlLimits.batch);
    expect((await post(Array.from({ length: graphqlLimits.batch + 1 }, () => one))).status).toBe(422);
  });

  test('with any text never causes a 5xx', async () => {
    const word = fc.constantFrom(
      '{',
      '}',
      'query',
      'mutation',
      'systemMetrics',
      'hostname',
      '...',
      'on',
      '(',
      ')',
      ':',
      '$x',
      '!',
      '"a"',
      '@skip',
      '#',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (query) => {
        const response = await post({ query });
        expect(response.status).toBeLessThan(500);
        expect(JSON.stringify(await response.json())).not.toMatch(/internal|Unexpected error|node_modules/);
      }),
      { numRuns: 200 },
    );
  });

  test('that was sent with its hash runs by its hash alone', async () => {
    const query = '{ systemMetrics { hostname } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    expect(await (await post({ extensions })).json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
    expect(await (await post({ query, extensions })).json()).toHaveProperty('data.systemMetrics');
    expect(await (await post({ extensions })).json()).toHaveProperty('data.systemMetrics');
    expect((await post({ query: '{ cacheStats { kind } }', extensions })).status).toBe(422);
  });
});

describe('schema', () => {
  const committed = readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8');

  test('equals the committed schema.graphql (npm run schema)', () => {
    expect(`${printSchema(schema)}\n`).toBe(committed);
  });

  test('describes every type, field and argument, and the permission of every root field', () => {
    const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
    const named = types.flatMap((type) => {
      const fields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
      const parts = fields.flatMap((field) => [field, ...(isInputField(field) ? [] : field.args)]);
      return [
        { id: type.name, text: type.description },
        ...parts.map(({ name, description }) => ({ id: `${type.name}.${name}`, text: description })),
      ];
    });
    expect(named.filter(({ text }) => !/^\S.*\.$/s.test(text ?? ''))).toEqual([]);
    for (const name of operationNames) {
      const { permission } = endpointOf(operations[name].endpoint);
      const root = operations[name].kind === 'query' ? schema.getQueryType() : schema.getMutationType();
      const text = root?.getFields()[name]?.description;
      if (permission === 'public') expect(text).not.toContain('Requires');
      else expect(text).toContain(`Requires the permission \`${permission}\`.`);
    }
  });

  test('has no breaking change against released.graphql', () => {
    const released = readFileSync(join(import.meta.dirname, 'released.graphql'), 'utf8');
    expect(findBreakingChanges(buildSchema(released), schema)).toEqual([]);
  });

  test('describes every type', () => {
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => type instanceof GraphQLObjectType && !/^(__|Query$|Mutation$)/.test(type.name),
    );
    expect(types.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });
});

describe('GraphiQL page', () => {
  test.each([
    ['without a credential, a form', undefined, 3, 'Sign in to use the editor.'],
    ['without its permission, a form that names it', 'user-key', 3, 'GraphQL_Access'],
    ['the editor', 'developer-key', 4, '<div id="root">'],
  ])('shows %s, and loads all files from this service', async (_what, key, count, content) => {
    const authorization = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const page = await fetch(service.graphqlUrl + endpoints.graphiql.path, { headers: { Accept: 'text/html', ...authorization } });
    expect([page.headers.get('Content-Type'), page.headers.get('Cache-Control')]).toEqual([
      expect.stringContaining('text/html'),
      'private, no-cache',
    ]);
    const html = await page.text();
    expect(html).toContain(content);
    const paths = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(paths).toHaveLength(count);
    for (const path of paths) expect((await fetch(service.graphqlUrl + path)).status).toBe(200);
    expect(html).not.toMatch(/<script>|https?:/);
  });

  test('is not served in production', async () => {
    const strict = await startService(production, {});
    const page = await fetch(strict.graphqlUrl + endpoints.graphiql.path);
    expect([page.status, page.headers.get('Allow')]).toEqual([405, 'POST, OPTIONS']);
    expect((await fetch(`${strict.graphqlUrl}/graphql/page/start.js`)).status).toBe(404);
    await strict.close();
  });
});
