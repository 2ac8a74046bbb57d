import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { testDatabase } from '../testing/database.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { startService, type TestService } from '../testing/service.ts';
import { respondsWithError, respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { memoryUsage } from '../testing/usage.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { queryResponse } from './schema.ts';

let upstream: Upstream;
let service: TestService;
const usage = memoryUsage();
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('Six times seven is 42.'));
  const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 }, max_tokens: 100 };
  const offline = { provider: 'offline', id: 'offline', latency_ms: 1 };
  service = await startService({ TEXT_MODELS: JSON.stringify([fake, offline]) }, { usageStore: usage });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const client = (credential = 'developer-key') => createClient({ baseUrl: service.url, credential });
const query = (body: Parameters<typeof post>[0]) => client().call('query', { body });
const post = (body: { query: string; [field: string]: unknown }, init: RequestInit = {}, key = 'developer-key') =>
  fetch(`${service.url}/api/v1/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });
/** What was recorded of a client of the caller's. */
const billedTo = async (clientId: string) => {
  await service.dependencies.usage.metering.flushed();
  return usage.rows().filter(({ client_id }) => client_id === clientId);
};

describe('A query', () => {
  test('returns the answer, its cost, the model and the reason for it', async () => {
    upstream.setBehaviours(respondsWithText('Six times seven is 42.'));
    const answer = queryResponse.strict().parse(await (await post({ query: 'What is 6 * 7?', client_id: 'whole' })).json());
    expect(answer).toMatchObject({
      query: 'What is 6 * 7?',
      result: 'Six times seven is 42.',
      routing: { model: 'fake', reason: 'first in the configuration', failed: [] },
      execution: null,
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
      cost_micros: 25,
    });
    expect(answer.routing.alternatives).toEqual([{ model: 'offline', reason: 'fallback only' }]);
    expect(await billedTo('whole')).toMatchObject([{ operation: 'query', prompt_tokens: 11, completion_tokens: 7, cost_micros: 25 }]);
  });

  test('falls back to the next model if the first fails, and reports it', async () => {
    upstream.setBehaviours(respondsWithError(400));
    expect((await query({ query: 'hello' })).routing).toMatchObject({ model: 'offline', failed: [{ model: 'fake', failure: 'rejected' }] });
  });

  test('has news of the last week that match it as context, for callers who may read them', async () => {
    const source = await insertSource(testDatabase, { name: 'Salud Hoy' });
    const week = { source_id: source, language: 'es' };
    await insertArticle(testDatabase, { ...week, title: 'El cribado de cáncer de mama llega a más pueblos' });
    await insertArticle(testDatabase, {
      ...week,
      title: 'El cribado de hace un año',
      published_at: new Date(Date.now() - 365 * 86_400_000),
    });
    await insertArticle(testDatabase, { ...week, title: 'Una receta de lentejas' });
    upstream.setBehaviours(respondsWithText('Sí.'));
    const { context } = await query({ query: '¿Dónde hay cribado de cáncer?' });
    expect(context?.added.filter((added) => added.source === 'news')).toMatchObject([
      { text: expect.stringMatching(/^News of \d{4}-\d\d-\d\d \(Salud Hoy\): El cribado de cáncer de mama llega a más pueblos$/) },
    ]);
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).toContain('llega a más pueblos');
  });

  test('uses the model that it names, and is rejected if there is no such model', async () => {
    expect((await query({ query: 'hello', model: 'offline' })).routing).toMatchObject({ model: 'offline' });
    await expect(query({ query: 'hello', model: 'none' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/model' }],
    });
  });

  test('goes to the model with the date and the history of the same client only', async () => {
    upstream.setBehaviours(respondsWithText('ok'));
    await client().call('generate', {
      body: { content_description: 'A lighthouse in fog', style: 'casual', audience: 'general', client_id: 'ann', model: 'offline' },
    });
    await query({ query: 'Which lighthouse of Galicia is the oldest?', client_id: 'ann' });
    const { context } = await query({ query: 'Describe the lighthouse again', client_id: 'ann' });
    expect(context?.added.map(({ source }) => source)).toContain('history');
    expect(context?.added.find(({ text }) => text.startsWith('Earlier query'))).toMatchObject({
      text: 'Earlier query: Which lighthouse of Galicia is the oldest?',
      reason: expect.stringContaining('lighthouse'),
    });
    const sent = JSON.stringify(upstream.requests.at(-1)?.body.messages);
    expect(sent).toContain('oldest?');
    expect(sent).toMatch(/Today is \w+, \d{4}-/);
    const other = await query({ query: 'Describe the lighthouse again', client_id: 'bob' });
    expect(other.context?.added.map(({ source }) => source)).toEqual(['facts', 'facts']);
  });

  test('goes alone where no context is wanted', async () => {
    upstream.setBehaviours(respondsWithText('ok'));
    expect((await query({ query: 'What day is it?', context: false })).context).toBeNull();
    expect(JSON.stringify(upstream.requests.at(-1)?.body.messages)).not.toContain('Today is');
  });

  test('runs the programs of its answer if requested, each with its own outcome', async () => {
    const result = 'First:\n```js\n6 * 7\n```\nThen:\n```js\nconsole.log("hi"); nothing.here\n```\nAt last:\n```js\nfor (;;) {}\n```';
    upstream.setBehaviours(respondsWithText(result));
    const { execution } = await query({ query: 'calculate', execute: true });
    expect(execution).toMatchObject([
      { status: 'ok', code: '6 * 7', value: '42' },
      { status: 'error', name: 'ReferenceError', output: 'hi\n' },
      { status: 'timeout' },
    ]);
  });

  test('gets an answer from the offline model without a network, and its program runs', async () => {
    const { execution } = await query({ query: 'What is (1 + 2) * 14?', model: 'offline', execute: true });
    expect(execution).toMatchObject([{ status: 'ok', value: '42' }]);
  });

  test('that runs code is rejected without the permission, and costs nothing', async () => {
    const before = upstream.requests.length;
    await expect(client('user-key').call('query', { body: { query: 'x', execute: true } })).rejects.toMatchObject({
      code: 'forbidden',
      detail: 'Running code requires the permission Execute.',
    });
    expect(upstream.requests.length).toBe(before);
  });
});

describe('A query in events', () => {
  test('starts with the routing, continues with the text as it is written and the executions, and ends with the whole', async () => {
    upstream.setBehaviours(respondsWithText('It is:\n```js\n6 * 7\n```\n'));
    const events = [];
    for await (const event of client().events('query', { body: { query: 'What is it?', execute: true } })) events.push(event);
    const names = events.map(({ event }) => event);
    expect(names.filter((name, at) => name !== names[at - 1])).toEqual(['start', 'delta', 'execution', 'done']);
    expect(events[0]).toMatchObject({ data: { routing: { model: 'fake' }, context: { budget: 500 } } });
    const done = events.at(-1);
    if (done?.event !== 'done') throw new Error('the last event is not done');
    expect(events.map((event) => (event.event === 'delta' ? event.data.text : '')).join('')).toBe(done.data.result);
    expect(done.data.execution).toMatchObject([{ status: 'ok', value: '42' }]);
    expect(events[0]).toMatchObject({ data: { id: done.data.id } });
  });

  test('is cut with the problem where the model is cut, and billed for what was sent', async () => {
    upstream.setBehaviours(respondsWithText('one two three four', { cut: { after: 2, how: 'reset' }, pieceMs: 20 }));
    const seen: string[] = [];
    const read = async () => {
      for await (const { event } of client().events('query', { body: { query: 'count', client_id: 'cut' } })) seen.push(event);
    };
    await expect(read()).rejects.toMatchObject({ code: 'model_failed', status: 502 });
    expect(seen).toEqual(['start', 'delta', 'delta']);
    const [row] = await billedTo('cut');
    expect(row?.completion_tokens).toBeGreaterThan(0);
    expect(row?.cost_micros).toBeGreaterThan(0);
  });

  test('that fails before anything was sent has the status of its problem', async () => {
    upstream.setBehaviours(respondsWithError(400));
    expect((await post({ query: 'x', stream: true, model: 'fake' })).status).toBe(502);
  });

  test('ends the work of the model when the caller leaves, and is billed for what was sent', async () => {
    upstream.setBehaviours(respondsWithText('one two three', { cut: { after: 1, how: 'silence' } }));
    const leaving = new AbortController();
    const response = await post({ query: 'x', stream: true, client_id: 'left' }, { signal: leaving.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    expect(await upstream.requests.at(-1)?.ended).toBe('closed');
    const [row] = await waitUntil(
      () => billedTo('left'),
      ({ length }) => length > 0,
    );
    expect(row?.completion_tokens).toBeGreaterThan(0);
  });
});

describe('The models', () => {
  test('are listed with what they can do, cost, and whether they answer', async () => {
    const { items: models } = await client('reader-key').call('models');
    expect(models).toMatchObject([
      { id: 'fake', price_per_million: { input: 1, output: 2 }, fallback_only: false, healthy: true, max_tokens: 100, languages: null },
      { id: 'offline', price_per_million: { input: 0, output: 0 }, price_known: true, fallback_only: true, languages: ['en', 'es'] },
    ]);
    expect(JSON.stringify(models)).not.toContain(upstream.url);
  });
});
