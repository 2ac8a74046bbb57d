import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { endpoints } from '../../contract/endpoints/index.ts';
import { userRoles } from '../../contract/roles.ts';
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

const client = (apiKey = 'user-key') => new OpenAI({ baseURL: `${service.url}/v1`, apiKey, maxRetries: 0 });
const hello = { model: 'fake', messages: [{ role: 'user' as const, content: 'Say four words' }] };
const post = (body: unknown, init: RequestInit = {}) =>
  fetch(`${service.url}${endpoints.chatCompletions.path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });

describe("OpenAI's own library", () => {
  test('gets a whole answer with its usage', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    const answer = await client().chat.completions.create(hello);
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant', content: 'Four words in all.' } });
    expect(answer.usage).toEqual({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(answer.model).toBe('fake');
  });

  test('gets the same in chunks, and the usage at the end if it requests it', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    const stream = await client().chat.completions.create({ ...hello, stream: true, stream_options: { include_usage: true } });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Four words in all.');
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.map(({ usage }) => usage ?? null)).toEqual([
      ...chunks.slice(1).map(() => null),
      expect.objectContaining({ total_tokens: 18 }),
    ]);
  });

  test('puts a stream together with its own helper', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    expect(await client().chat.completions.stream(hello).finalContent()).toBe('Four words in all.');
  });

  test('forwards the conversation unchanged, with the requested limits', async () => {
    upstream.setBehaviours(respondsWithText('yes'));
    const before = upstream.requests.length;
    const content = [
      { type: 'text' as const, text: 'one' },
      { type: 'text' as const, text: 'two' },
    ];
    const messages = [
      { role: 'developer' as const, content: 'Be brief' },
      { role: 'user' as const, content },
    ];
    await client().chat.completions.create({ model: 'auto', messages, max_completion_tokens: 9, temperature: 0.5, stop: 'END', top_p: 1 });
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
    const listed = await client().models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(['auto', 'fake', 'offline']);
    expect((await client().models.retrieve('offline')).id).toBe('offline');
    await expect(client().models.retrieve('none')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test.each([
    ['an unknown key', 'unknown-key', hello, OpenAI.AuthenticationError, 'unauthorized'],
    ['a key without the permission', 'reader-key', hello, OpenAI.PermissionDeniedError, 'forbidden'],
    ['a model that does not exist', 'user-key', { ...hello, model: 'none' }, OpenAI.BadRequestError, 'invalid_request'],
    ['several answers', 'user-key', { ...hello, n: 2 }, OpenAI.BadRequestError, 'invalid_request'],
  ])('raises its own error for %s', async (_what, key, body, kind, code) => {
    const error = await client(key)
      .chat.completions.create(body)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code });
  });

  test('raises its own error for a quota that is used up', async () => {
    const limited = client('three-requests-key');
    for (let at = 0; at < 3; at += 1) await limited.models.list();
    await expect(limited.models.list()).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  });

  test('gets the rejection of the model that it names; without a name, the next model answers', async () => {
    upstream.setBehaviours(respondsWithError(400));
    await expect(client().chat.completions.create(hello)).rejects.toMatchObject({ status: 502, code: 'model_failed' });
    expect((await client().chat.completions.create({ ...hello, model: 'auto' })).model).toBe('offline');
  });

  test('raises an error where a stream is cut in the middle', async () => {
    upstream.setBehaviours(respondsWithText('one two three four', { cut: { after: 2, how: 'reset' } }));
    const stream = await client().chat.completions.create({ ...hello, stream: true });
    const read = async () => {
      for await (const chunk of stream) chatChunk.parse(chunk);
    };
    await expect(read()).rejects.toMatchObject({ code: 'model_failed', type: 'server_error' });
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
    // The most that an answer may cost is held while it is written: 4 and 100 tokens here.
    budgetMicros: 250,
  };

  test('is also reserved and spent by streams, and its exhaustion is an error in the format of OpenAI', async () => {
    const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 }, max_tokens: 100 };
    const poor = await startService({ TEXT_MODELS: JSON.stringify([fake]) }, { keyStore: { find: async () => caller } });
    const send = () =>
      new OpenAI({ baseURL: `${poor.url}/v1`, apiKey: 'poor-key', maxRetries: 0 }).chat.completions.stream(hello).finalContent();
    try {
      upstream.setBehaviours(respondsWithText('yes', { usage: { prompt_tokens: 20, completion_tokens: 10 } }));
      expect(await send()).toBe('yes');
      await poor.dependencies.usage.metering.flushed();
      await expect(send()).resolves.toBe('yes');
      await poor.dependencies.usage.metering.flushed();
      const error = await send().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ status: 402, code: 'budget_exhausted', type: 'insufficient_quota' });
    } finally {
      await poor.close();
    }
  });
});

describe('A chat completion', () => {
  test.each([
    [
      'images',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] },
      'messages.0.content',
    ],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    ['a message of a tool', { messages: [{ role: 'tool', content: 'x', tool_call_id: '1' }] }, 'messages.0.role'],
    ['an answer in JSON', { response_format: { type: 'json_object' } }, 'response_format.type'],
    ['no message', { messages: [] }, 'messages'],
    ['probabilities', { logprobs: true }, 'logprobs'],
  ])('with %s is rejected with the reason', async (_what, wanted, param) => {
    const response = await post({ ...hello, ...wanted });
    expect(response.status).toBe(400);
    const { error } = openAiErrorResponse.strict().parse(await response.json());
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_request', param });
    expect(error.message).toContain(param);
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
    expect(response.status).toBe(502);
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
