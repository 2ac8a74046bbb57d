import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { userRoles } from '../../contract/roles.ts';
import { parseEvents } from '../client/event-stream.ts';
import type { Caller } from '../http/caller.ts';
import { openAiErrorResponse } from '../http/problem-schemas.ts';
import { startService, type TestService } from '../testing/service.ts';
import { neverResponds, respondsWithError, respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { chatChunk, chatCompletion } from './schema.ts';

let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('Four words in all.'));
  const text = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'upstream-key', price: { input: 1, output: 2 } };
  service = await startService({ TEXT_MODELS: JSON.stringify([text, { provider: 'offline', id: 'offline' }]) });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const hello = { model: 'fake', messages: [{ role: 'user', content: 'Say four words' }] };
const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
const post = (body: unknown, init: RequestInit = {}) =>
  fetch(`${service.url}${endpoints.chatCompletions.path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });
async function get(path: string, key = 'user-key') {
  const response = await fetch(`${service.url}${path}`, { headers: { Authorization: `Bearer ${key}` } });
  return { status: response.status, body: await response.json() };
}
/** The data of each event of a streamed answer. */
async function streamed(body: object) {
  const response = await post({ ...body, stream: true });
  const events = await Array.fromAsync(parseEvents(response.body ?? new Blob([]).stream()));
  return events.map(({ data }) => data);
}

describe('A client of OpenAI', () => {
  test('gets a whole answer with its usage', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    const answer = chatCompletion.strict().parse(await (await post(hello)).json());
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant', content: 'Four words in all.' } });
    expect(answer.usage).toEqual({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(answer.model).toBe('fake');
  });

  test('gets the same in chunks, and the usage at the end if it requests it', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    const data = await streamed({ ...hello, stream_options: { include_usage: true } });
    expect(data.at(-1)).toBe('[DONE]');
    const chunks = data.slice(0, -1).map((text) => chatChunk.strict().parse(JSON.parse(text)));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Four words in all.');
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.map(({ usage }) => usage ?? null)).toEqual([
      ...chunks.slice(1).map(() => null),
      expect.objectContaining({ total_tokens: 18 }),
    ]);
  });

  test('forwards the conversation unchanged, with the requested limits', async () => {
    upstream.setBehaviours(respondsWithText('yes'));
    const before = upstream.requests.length;
    const content = [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ];
    const messages = [
      { role: 'developer', content: 'Be brief' },
      { role: 'user', content },
    ];
    await post({ model: 'auto', messages, max_completion_tokens: 9, temperature: 0.5, stop: 'END', top_p: 1 });
    expect(upstream.requests[before]?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief' },
        { role: 'user', content: 'one\ntwo' },
      ],
      temperature: 0.5,
      stop: ['END'],
    });
    expect(upstream.requests[before]?.headers.authorization).toBe('Bearer upstream-key');
  });

  test('lists the models and finds one', async () => {
    const listed = await get('/v1/models');
    expect(listed.body).toMatchObject({ data: [{ id: 'auto' }, { id: 'fake' }, { id: 'offline' }] });
    expect(await get('/v1/models/offline')).toMatchObject({ status: 200, body: { id: 'offline' } });
    expect(await get('/v1/models/none')).toMatchObject({ status: 404, body: { error: { code: 'model_not_found' } } });
  });

  test.each([
    ['an unknown key', 'unknown-key', hello, 401, 'unauthorized'],
    ['a key without the permission', 'reader-key', hello, 403, 'forbidden'],
    ['a model that does not exist', 'user-key', { ...hello, model: 'none' }, 404, 'model_not_found'],
    ['no answer', 'user-key', { ...hello, n: 0 }, 400, 'invalid_request'],
  ])('gets an error in the format of OpenAI for %s', async (_what, key, body, status, code) => {
    const response = await post(body, { headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' } });
    expect(response.status).toBe(status);
    expect(openAiErrorResponse.strict().parse(await response.json()).error.code).toBe(code);
  });

  test('gets an error in the format of OpenAI for a quota that is used up', async () => {
    for (let at = 0; at < 3; at += 1) expect((await get('/v1/models', 'three-requests-key')).status).toBe(200);
    expect(await get('/v1/models', 'three-requests-key')).toMatchObject({ status: 429, body: { error: { type: 'rate_limit_error' } } });
  });

  test('gets the rejection of the model that it names; without a name, the next model answers', async () => {
    upstream.setBehaviours(respondsWithError(400));
    const rejected = await post(hello);
    expect(rejected.status).toBe(400);
    const { error } = openAiErrorResponse.strict().parse(await rejected.json());
    expect(error).toMatchObject({ code: 'model_rejected', message: 'rejected' });
    expect(chatCompletion.parse(await (await post({ ...hello, model: 'auto' })).json()).model).toBe('offline');
  });

  test('gets an error where a stream is cut in the middle', async () => {
    upstream.setBehaviours(respondsWithText('one two three four', { cut: { after: 2, how: 'reset' } }));
    const data = await streamed(hello);
    expect(JSON.parse(data.at(-1) ?? '')).toMatchObject({ error: { code: 'model_failed', type: 'server_error' } });
  });
});

describe('The budget of a key', () => {
  const quota = { requests: 1000, windowSeconds: 3600 };
  const caller: Caller = {
    id: 'key:poor',
    permissions: userRoles.User,
    quota,
    expiresAt: undefined,
    keyId: '00000000-0000-4000-8000-000000000001',
    userId: undefined,
    sessionId: undefined,
    sessionExpiresAt: undefined,
    // The most that an answer may cost is held while it is written: 4 and 100 tokens here.
    budgetMicros: 250,
  };

  test('is also reserved and spent by streams, and its exhaustion is an error in the format of OpenAI', async () => {
    const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 }, max_tokens: 100 };
    const poor = await startService({ TEXT_MODELS: JSON.stringify([fake]) }, { keyStore: { find: async () => caller } });
    const send = async () => {
      const response = await fetch(`${poor.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { Authorization: 'Bearer poor-key', 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...hello, stream: true }),
      });
      return { status: response.status, text: await response.text() };
    };
    try {
      upstream.setBehaviours(respondsWithText('yes', { usage: { prompt_tokens: 20, completion_tokens: 10 } }));
      for (let at = 0; at < 2; at += 1) {
        expect(await send()).toEqual({ status: 200, text: expect.stringContaining('"content":"yes"') });
        await poor.dependencies.usage.metering.flushed();
      }
      const { status, text } = await send();
      expect(status).toBe(402);
      expect(openAiErrorResponse.parse(JSON.parse(text)).error).toMatchObject({ code: 'budget_exhausted', type: 'insufficient_quota' });
    } finally {
      await poor.close();
    }
  });
});

describe('A chat completion', () => {
  test.each([
    ['images', { messages: [{ role: 'user', content: [image] }] }, 'messages'],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    ['a message of a tool', { messages: [{ role: 'tool', content: 'x', tool_call_id: '1' }] }, 'tools'],
    ['an answer in JSON', { response_format: { type: 'json_object' } }, 'response_format'],
    ['probabilities', { logprobs: true }, 'logprobs'],
  ])('with %s is rejected by a model without them, with the field and the models that have them', async (_what, wanted, param) => {
    upstream.setBehaviours(respondsWithText('yes'));
    const response = await post({ ...hello, ...wanted, model: 'offline' });
    expect(response.status).toBe(400);
    const { error } = openAiErrorResponse.strict().parse(await response.json());
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_request', param });
    expect(error.message).toMatch(/offline does not support \w+; models that support the request: fake$/);
    expect(chatCompletion.parse(await (await post({ ...hello, ...wanted, model: 'auto' })).json()).model).toBe('fake');
  });

  test('without a message is rejected', async () => {
    const response = await post({ ...hello, messages: [] });
    expect(response.status).toBe(400);
    expect(openAiErrorResponse.strict().parse(await response.json()).error.param).toBe('messages');
  });

  test('passes every other field on to the model, and nothing that the caller did not send', async () => {
    upstream.setBehaviours(respondsWithText('yes'));
    const before = upstream.requests.length;
    const fields = {
      messages: [
        { role: 'user', content: [image, { type: 'text', text: 'What is this?' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', content: 'x', tool_call_id: 'c' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: {} } }],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
      n: 2,
      seed: 1,
      logprobs: true,
      top_logprobs: 2,
      reasoning_effort: 'low',
      a_new_field: { any: 'value' },
    };
    await post({ ...hello, ...fields, max_tokens: 4000 });
    expect(upstream.requests[before]?.body).toEqual({ ...fields, model: 'fake', max_tokens: 4000 });
  });

  test.each([
    ['null', null],
    ['an empty list', []],
  ])('accepts an assistant whose content is %s', async (_what, content) => {
    upstream.setBehaviours(respondsWithText('yes'));
    const before = upstream.requests.length;
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content },
      { role: 'user', content: 'b' },
    ];
    expect((await post({ ...hello, messages })).status).toBe(200);
    expect(upstream.requests[before]?.body.messages[1]).toEqual({ role: 'assistant', content: '' });
  });

  test.each<[string, () => Promise<Response>, number]>([
    ['a body that is no JSON', () => post(hello, { body: '{' }), 400],
    ['another content type', () => post(hello, { headers: { Authorization: 'Bearer user-key' } }), 415],
    ['no credential', () => post(hello, { headers: { 'Content-Type': 'application/json' } }), 401],
  ])('with %s gets an error in the format of OpenAI', async (_what, send, status) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(openAiErrorResponse.strict().parse(await response.json()).error.request_id).toBe(response.headers.get('X-Request-ID'));
  });

  test('that fails before its first piece is an error with a status, streamed or not', async () => {
    upstream.setBehaviours(respondsWithError(400));
    const response = await post({ ...hello, stream: true });
    expect(response.status).toBe(400);
    openAiErrorResponse.parse(await response.json());
  });

  test('returns exactly its schema, and its stream ends with [DONE]', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    chatCompletion.strict().parse(await (await post(hello)).json());
    const lines = (await (await post({ ...hello, stream: true })).text()).split('\n\n').filter((line) => line !== '');
    expect(lines.at(-1)).toBe('data: [DONE]');
    for (const line of lines.slice(0, -1)) chatChunk.strict().parse(JSON.parse(line.replace(/^data: /, '')));
  });

  test.each([true, false])('whose caller leaves is ended at the model too (streamed: %s)', async (stream) => {
    upstream.setBehaviours(stream ? respondsWithText('one two three', { cut: { after: 1, how: 'silence' } }) : neverResponds);
    const before = upstream.requests.length;
    const leaving = new AbortController();
    const response = post({ ...hello, stream }, { signal: leaving.signal }).catch(() => undefined);
    if (stream) await response;
    else await waitUntil(() => upstream.requests.length > before);
    leaving.abort();
    expect(await upstream.requests[before]?.ended).toBe('closed');
    await response;
  });
});
