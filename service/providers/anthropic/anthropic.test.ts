import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { parseEvents } from '../../client/event-stream.ts';
import { chatChunk, chatCompletion } from '../../compatible/schema.ts';
import { openAiErrorResponse } from '../../http/problem-schemas.ts';
import { anthropicAnswers, anthropicError, eventsOf, sendEvents } from '../../testing/anthropic-api.ts';
import { startService, type TestService } from '../../testing/service.ts';
import { respondsWithJson, startUpstream, type Upstream } from '../../testing/upstream.ts';

let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithJson({}));
  const model = {
    provider: 'anthropic',
    id: 'claude',
    base_url: upstream.url,
    api_key: 'test-key',
    model: 'claude-test',
    max_tokens: 9000,
  };
  service = await startService({ TEXT_MODELS: JSON.stringify([model]) });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const text = (value: string) => ({ type: 'text', text: value });
const hello = { model: 'claude', messages: [{ role: 'user', content: 'Hello' }] } as const;
const sent = () => upstream.requests.at(-1)?.body;
const post = (body: object, { url } = service) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const complete = async (body: object) => chatCompletion.parse(await (await post(body)).json());
const errorOf = async (response: Response) => openAiErrorResponse.parse(await response.json()).error;
/** The data of each event, without [DONE]. */
async function events(body: object): Promise<unknown[]> {
  const response = await post({ ...body, stream: true });
  const all = await Array.fromAsync(parseEvents(response.body ?? new Blob([]).stream()));
  return all.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data));
}
const stream = async (body: object) => (await events(body)).map((event) => chatChunk.parse(event));

/** The message of a stream, joined as OpenAI's clients do. */
async function streamedMessage(body: object) {
  const message = {
    content: '',
    reasoning_content: '',
    tool_calls: [] as { id?: string; function: { name: string; arguments: string } }[],
  };
  for (const { delta = {} } of (await stream(body)).flatMap(({ choices }) => choices)) {
    const { content = '', reasoning_content: thought = '', thinking_blocks: signed, tool_calls: calls = [] } = delta;
    message.content += content;
    message.reasoning_content += thought;
    if (signed !== undefined) Object.assign(message, { thinking_blocks: signed });
    for (const { index, ...call } of calls as { index: number; id?: string; function: { name?: string; arguments: string } }[]) {
      const known = message.tool_calls[index];
      if (known === undefined) message.tool_calls[index] = { ...call, function: { name: '', ...call.function } };
      else known.function.arguments += call.function.arguments;
    }
  }
  return { role: 'assistant', ...message };
}
const message = async (body: object, isStreamed: boolean) =>
  isStreamed ? streamedMessage(body) : (await complete(body)).choices[0]?.message;

describe('A client of OpenAI with a model of Anthropic', () => {
  test('gets a whole answer, and its usage with cached tokens', async () => {
    upstream.setBehaviours(anthropicAnswers(() => ({ content: [text('Good '), text('day.')] })));
    const answer = await complete({ ...hello, temperature: 1.7, stop: 'END', seed: 7, top_p: 0.5 });
    expect(answer.choices).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant', content: 'Good day.' } }]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 15, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } });
    expect(sent()).toEqual({
      model: 'claude-test',
      max_tokens: 9000,
      messages: [{ role: 'user', content: [text('Hello')] }],
      temperature: 1,
      stop_sequences: ['END'],
      top_p: 0.5,
    });
  });

  test('gets the same as a stream, and the usage at its end', async () => {
    upstream.setBehaviours(anthropicAnswers(() => ({ content: [text('Good day to you.')] })));
    const chunks = await stream({ ...hello, stream_options: { include_usage: true } });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Good day to you.');
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(['stop']);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 15, completion_tokens: 7 });
  });

  test.each([false, true])('runs tools in a loop (streamed: %s)', async (isStreamed) => {
    upstream.setBehaviours(
      anthropicAnswers(({ messages }) => {
        const results = messages.at(-1)?.content.filter(({ type }) => type === 'tool_result') ?? [];
        if (results.length > 0) return { content: [text(`${results.length} results`)] };
        const use = (id: string, input: object) => ({ type: 'tool_use', id, name: 'weather', input });
        return { content: [text('I look.'), use('toolu_1', { city: 'Quito' }), use('toolu_2', {})], stop_reason: 'tool_use' };
      }),
    );
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const tools = [{ type: 'function', function: { name: 'weather', description: 'Weather of a city', parameters } }];
    const calling = await message({ ...hello, tools, parallel_tool_calls: true }, isStreamed);
    const calls = z
      .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
      .parse(calling?.tool_calls);
    expect(calls.map(({ function: { name, arguments: json } }) => [name, JSON.parse(json)])).toEqual([
      ['weather', { city: 'Quito' }],
      ['weather', {}],
    ]);
    const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'sunny' }));
    expect(await message({ model: 'claude', tools, messages: [...hello.messages, calling, ...results] }, isStreamed)).toMatchObject({
      content: '2 results',
    });
    expect(sent()).toMatchObject({
      tools: [{ name: 'weather', description: 'Weather of a city', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: [text('I look.'), { type: 'tool_use', id: 'toolu_1' }, { type: 'tool_use', id: 'toolu_2', input: {} }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [text('sunny')] }, { tool_use_id: 'toolu_2' }] },
      ],
    });
  });

  test('sends images as data and as URLs', async () => {
    upstream.setBehaviours(anthropicAnswers(() => ({ content: [text('A red bicycle.')] })));
    const images = ['data:image/png;base64,iVBORw0KGgo=', 'https://example.com/a.jpg'];
    const content = [
      { type: 'text', text: 'What is it?' } as const,
      ...images.map((url) => ({ type: 'image_url', image_url: { url } }) as const),
    ];
    await complete({ model: 'claude', messages: [{ role: 'user', content }] });
    expect(sent()?.messages[0]?.content).toEqual([
      text('What is it?'),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
    ]);
  });

  test('gets JSON by a schema', async () => {
    upstream.setBehaviours(
      anthropicAnswers(({ output_config: config }) => ({ content: [text(JSON.stringify(config?.format?.schema ?? null))] })),
    );
    const schema = { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false };
    const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } as const;
    const { choices } = await complete({ ...hello, response_format: format });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual(schema);
  });

  test.each([false, true])('gets reasoning apart from the answer, and sends it back signed (streamed: %s)', async (isStreamed) => {
    const thinking = { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' };
    upstream.setBehaviours(anthropicAnswers(() => ({ content: [thinking, text('42')] })));
    const answer = await message({ ...hello, reasoning_effort: 'minimal', thinking: { type: 'adaptive' } }, isStreamed);
    expect(answer).toMatchObject({ content: '42', reasoning_content: 'Let me see.', thinking_blocks: [thinking] });
    expect(sent()).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } });
    await complete({ ...hello, messages: [...hello.messages, answer, { role: 'user', content: 'Sure?' }] });
    expect(sent()?.messages[1]).toEqual({ role: 'assistant', content: [thinking, text('42')] });
  });

  test.each([
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['refusal', 'content_filter'],
  ])('gets the reason %s as %s', async (stop_reason, finish) => {
    upstream.setBehaviours(
      anthropicAnswers(() => ({ content: [text('So')], stop_reason, stop_details: { type: 'refusal', explanation: 'No.' } })),
    );
    const [choice] = (await complete(hello)).choices;
    expect(choice).toMatchObject({ finish_reason: finish, message: { content: 'So', refusal: 'No.' } });
    const chunks = (await stream(hello)).flatMap(({ choices }) => choices);
    expect(chunks.at(-1)?.finish_reason).toBe(finish);
    expect(chunks.map(({ delta }) => delta.refusal ?? '').join('')).toBe('No.');
  });

  test.each([
    ['an invalid request', 400, 'invalid_request_error', 'top_k: must be positive', 400, 'model_rejected'],
    ['a prompt that is too long', 400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', 400, 'context_length_exceeded'],
    ['too many bytes', 413, 'request_too_large', 'Request exceeds the maximum size', 400, 'model_rejected'],
    [
      'an exhausted account',
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the API',
      502,
      'model_quota_exhausted',
    ],
    ['unpaid bills', 402, 'billing_error', 'Check your payment details', 502, 'model_quota_exhausted'],
    ['a rejected key', 401, 'authentication_error', 'invalid x-api-key', 502, 'model_misconfigured'],
    ['a key without the permission', 403, 'permission_error', 'no access', 502, 'model_misconfigured'],
    ['an unknown model', 404, 'not_found_error', 'model: claude-test', 502, 'model_misconfigured'],
    ['a rate limit', 429, 'rate_limit_error', 'slow down', 503, 'unavailable'],
    ['overload', 529, 'overloaded_error', 'Overloaded', 503, 'unavailable'],
  ])('gets a clear error for %s', async (_what, upstreamStatus, type, message, status, code) => {
    const fresh = await startUpstream(anthropicError(upstreamStatus, type, message, { 'Retry-After': '9' }));
    const model = { provider: 'anthropic', id: 'claude', base_url: fresh.url, api_key: 'test-key' };
    const other = await startService({ TEXT_MODELS: JSON.stringify([model]) });
    try {
      const response = await post(hello, other);
      const error = await errorOf(response);
      expect([response.status, error.code]).toEqual([status, code]);
      if (status === 400) expect(error.message).toContain(message);
      if (status === 503) expect(response.headers.get('retry-after')).toBe('9');
      expect(fresh.requests).toHaveLength(1);
    } finally {
      await other.close();
      await fresh.close();
    }
  });

  test.each([
    ['n', { n: 2 }],
    ['messages', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/svg+xml,<svg/>' } }] }] }],
    ['messages', { messages: [{ role: 'user', content: ' ' }] }],
    ['logprobs', { logprobs: true }],
  ])('gets an error that names %s if the API has no form for it', async (param, fields) => {
    const before = upstream.requests.length;
    const response = await post({ ...hello, ...fields });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
    expect(upstream.requests).toHaveLength(before);
  });

  test.each([
    ['a stream without its last event', eventsOf({ content: [text('Half an answer')] }).slice(0, -1)],
    [
      'an error within a stream',
      [
        ...eventsOf({ content: [text('Half an answer')] }).slice(0, 5),
        { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      ],
    ],
  ])('gets an error for %s', async (_what, sentEvents) => {
    upstream.setBehaviours((_, response) => sendEvents(response, sentEvents));
    expect((await events(hello)).at(-1)).toMatchObject({ error: { code: 'model_failed' } });
  });

  test('gets overload at the start of a stream as 503, before any chunk', async () => {
    upstream.setBehaviours((_, response) =>
      sendEvents(response, [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }]),
    );
    expect((await post({ ...hello, stream: true })).status).toBe(503);
  });
});

test('A model of Anthropic writes captions', async () => {
  const captions = { captions: ['Two wheels.'], hashtags: ['#bicycle'], language: 'en' };
  upstream.setBehaviours(anthropicAnswers(() => ({ content: [text(JSON.stringify(captions))] })));
  const response = await fetch(`${service.url}/api/v4/generate`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ content_description: 'A red bicycle', style: 'casual', audience: 'general', client_id: 'test' }),
  });
  expect(await response.text()).toContain('Two wheels.');
  expect(sent()).toMatchObject({ max_tokens: 500 });
});
