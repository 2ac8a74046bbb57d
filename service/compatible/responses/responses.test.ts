import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { parseEvents } from '../../client/event-stream.ts';
import { openAiErrorResponse } from '../../http/problem-schemas.ts';
import { startService, type TestService } from '../../testing/service.ts';
import {
  respondsWithDeltas,
  respondsWithError,
  respondsWithJson,
  respondsWithText,
  startUpstream,
  type Upstream,
} from '../../testing/upstream.ts';
import { memoryUsage } from '../../testing/usage.ts';
import { response, responseEvents } from './response-schema.ts';

const usage = memoryUsage();
let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('Four words in all.'));
  const text = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 } };
  const models = [text, { provider: 'offline', id: 'offline' }];
  service = await startService({ TEXT_MODELS: JSON.stringify(models) }, { usageStore: usage });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const post = (body: object) =>
  fetch(`${service.url}${endpoints.createResponse.path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'fake', input: 'hello', ...body }),
  });
const create = async (body: object) => response.parse(await (await post(body)).json());
async function rejection(body: object) {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  return openAiErrorResponse.strict().parse(await answer.json()).error;
}
/** What the model gets for a request. */
async function sentFor(body: object) {
  upstream.setBehaviours(respondsWithText('yes'));
  const before = upstream.requests.length;
  await create(body);
  return upstream.requests[before]?.body;
}

const numbered = z.looseObject({ type: z.string(), sequence_number: z.int(), delta: z.string().optional() });
const schemas: Readonly<Record<string, z.ZodType>> = responseEvents;
/** The data of the events of a stream, each checked by the schema of its name. */
async function streamed(body: object) {
  const answer = await post({ ...body, stream: true });
  const events = await Array.fromAsync(parseEvents(answer.body ?? new Blob([]).stream()));
  return events.map(({ event, data }) => {
    const value = JSON.parse(data);
    expect(value.type).toBe(event);
    if (event !== 'error') expect(schemas[event]?.safeParse(value).error).toBeUndefined();
    return numbered.parse(value);
  });
}
const last = (events: readonly object[]) => z.object({ response }).parse(events.at(-1)).response;

const completion = (message: object, finish: string, more: object = {}) =>
  respondsWithJson({ choices: [{ message, finish_reason: finish }], usage: { prompt_tokens: 11, completion_tokens: 7, ...more } });
const callOf = (id: string, city: string) => ({ id, type: 'function', function: { name: 'weather', arguments: JSON.stringify({ city }) } });
const tools = [{ type: 'function', name: 'weather', description: 'd', parameters: { type: 'object' }, strict: true }];

describe('A response', () => {
  test('has the answer as a message, the usage and what was requested', async () => {
    const details = { prompt_tokens_details: { cached_tokens: 3 }, completion_tokens_details: { reasoning_tokens: 2 } };
    upstream.setBehaviours(completion({ content: 'Four words in all.' }, 'stop', details));
    const requested = { instructions: 'Be brief', metadata: { a: 'b' }, temperature: 0.5, max_output_tokens: 99, user: 'ann' };
    const answer = await create({ ...requested, store: true });
    expect(answer).toMatchObject({ ...requested, object: 'response', status: 'completed', error: null, model: 'fake', store: false });
    expect(answer.output).toEqual([
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Four words in all.', annotations: [], logprobs: [] }],
      },
    ]);
    expect(answer.usage).toEqual({
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 18,
    });
    await service.dependencies.usage.metering.flushed();
    expect(usage.rows().filter(({ client_id }) => client_id === 'ann')).toMatchObject([{ operation: 'chat', cost_micros: 25 }]);
  });

  test.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('that ends with %s is incomplete because of %s, streamed or not', async (finish, reason) => {
    upstream.setBehaviours(respondsWithText('cut off he', { finish }));
    const wanted = { status: 'incomplete', incomplete_details: { reason }, completed_at: null, output: [{ status: 'incomplete' }] };
    expect(await create({})).toMatchObject(wanted);
    const events = await streamed({});
    expect(events.at(-1)?.type).toBe('response.incomplete');
    expect(last(events)).toMatchObject(wanted);
  });

  test('has reasoning, a refusal and calls as items and parts of their own', async () => {
    const message = {
      reasoning_content: 'Hm.',
      content: 'Well.',
      refusal: 'No.',
      tool_calls: [callOf('c1', 'Rome'), callOf('c2', 'Paris')],
    };
    upstream.setBehaviours(completion(message, 'tool_calls'));
    expect((await create({})).output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], status: 'completed' },
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'Well.' },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Rome"}', status: 'completed' },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{"city":"Paris"}', status: 'completed' },
    ]);
  });
});

describe('A streamed response', () => {
  test('has the events of a text in the order of the OpenAI API, numbered, and no [DONE]', async () => {
    upstream.setBehaviours(respondsWithText('two words'));
    const events = await streamed({});
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
    expect(events.map(({ delta = '' }) => delta).join('')).toBe('two words');
    expect(events[2]).toMatchObject({ item: { content: [], status: 'in_progress' } });
    expect(events[3]).toMatchObject({ part: { text: '' } });
  });

  test('ends with the same response as one that is not streamed', async () => {
    upstream.setBehaviours(respondsWithText('Four words in all.'));
    const [whole, events] = [await create({ tools }), await streamed({ tools })];
    const id = expect.any(String);
    const time = expect.any(Number);
    expect(last(events)).toEqual({
      ...whole,
      id,
      created_at: time,
      completed_at: time,
      output: whole.output.map((item) => ({ ...item, id })),
    });
  });

  test('has an item for reasoning, then text, then each call, also if the pieces of calls alternate', async () => {
    const piece = (index: number, json: string, rest: object = {}) => ({
      tool_calls: [{ index, ...rest, function: { arguments: json, ...(json === '' ? { name: 'weather' } : {}) } }],
    });
    upstream.setBehaviours(
      respondsWithDeltas(
        [
          { reasoning_content: 'Let me ' },
          { reasoning_content: 'see.' },
          { content: 'Wait.' },
          piece(0, '', { id: 'c1', type: 'function' }),
          piece(0, '{"city":'),
          piece(1, '', { id: 'c2', type: 'function' }),
          piece(1, '{}'),
          piece(0, '"Rome"}'),
          piece(2, '', { id: 'c3', type: 'function' }),
        ],
        'tool_calls',
      ),
    );
    const events = await streamed({ tools });
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(last(events).output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Let me see.' }] },
      { type: 'message', content: [{ text: 'Wait.' }] },
      { type: 'function_call', call_id: 'c1', arguments: '{"city":"Rome"}' },
      { type: 'function_call', call_id: 'c2', arguments: '{}' },
      { type: 'function_call', call_id: 'c3', arguments: '{}' },
    ]);
  });

  test('has the pieces of a refusal', async () => {
    upstream.setBehaviours(respondsWithDeltas([{ refusal: 'I will ' }, { refusal: 'not.' }], 'stop'));
    const events = await streamed({});
    expect(events.filter(({ type }) => type === 'response.refusal.delta').map(({ delta }) => delta)).toEqual(['I will ', 'not.']);
    expect(events.find(({ type }) => type === 'response.refusal.done')).toMatchObject({ refusal: 'I will not.' });
  });

  test('that is cut in the middle ends with a failed response and an error', async () => {
    upstream.setBehaviours(respondsWithText('one two three four', { cut: { after: 2, how: 'reset' } }));
    const events = await streamed({});
    expect(events.at(-2)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' }, output: [{ status: 'incomplete', content: [{ text: 'one two ' }] }] },
    });
    const code = 'model_failed';
    expect(events.at(-1)).toMatchObject({ type: 'error', sequence_number: events.length - 1, code, error: { code, type: 'server_error' } });
  });

  test('that fails before its first piece is an error with a status', async () => {
    upstream.setBehaviours(respondsWithError(400));
    expect(await rejection({ stream: true })).toMatchObject({ code: 'model_rejected' });
  });
});

describe('The model gets', () => {
  test('the items of the input as messages: calls join the answer that they belong to, reasoning is skipped', async () => {
    const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'f', arguments: '{}', id: 'fc_1', status: 'completed' });
    const input = [
      { role: 'user', content: 'one' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], content: [{ type: 'reasoning_text', text: 'x' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'two', annotations: [] }], id: 'msg_1' },
      call('c1'),
      { type: 'reasoning', summary: [] },
      call('c2'),
      { type: 'function_call_output', call_id: 'c1', output: 'r1' },
      { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'r2' }] },
      call('c3'),
    ];
    const called = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    expect((await sentFor({ instructions: 'Be brief', input }))?.messages).toEqual([
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two', tool_calls: [called('c1'), called('c2')] },
      { role: 'tool', tool_call_id: 'c1', content: 'r1' },
      { role: 'tool', tool_call_id: 'c2', content: 'r2' },
      { role: 'assistant', content: null, tool_calls: [called('c3')] },
    ]);
  });

  test('images, files and sound in the form of a chat', async () => {
    const content = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
    ];
    expect((await sentFor({ input: [{ role: 'user', content }] }))?.messages[0]?.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' } },
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
    ]);
  });

  test('every other field in the form of a chat, those that the service does not know as they are, and nothing else', async () => {
    const schema = { type: 'object' };
    const sent = await sentFor({
      tools,
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 'a', schema, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'low', summary: 'auto' },
      max_output_tokens: 9,
      temperature: 1,
      top_p: 0.5,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      top_logprobs: 2,
      store: true,
      truncation: 'auto',
      metadata: { a: 'b' },
      stream_options: { include_obfuscation: false },
      previous_response_id: null,
      service_tier: 'flex',
      a_new_field: { any: 'value' },
    });
    const { type, ...declared } = tools[0] ?? {};
    expect(sent).toEqual({
      model: 'fake',
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ type, function: declared }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
      verbosity: 'low',
      reasoning_effort: 'low',
      max_tokens: 9,
      temperature: 1,
      top_p: 0.5,
      logprobs: true,
      top_logprobs: 2,
      service_tier: 'flex',
      a_new_field: { any: 'value' },
    });
  });

  test('no field about tools without tools, which the API of chats rejects', async () => {
    expect(await sentFor({ tools: [], tool_choice: 'auto', parallel_tool_calls: true })).toEqual({
      model: 'fake',
      messages: [{ role: 'user', content: 'hello' }],
    });
  });

  test('the functions that it may choose from', async () => {
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] };
    expect((await sentFor({ tools, tool_choice: choice }))?.tool_choice).toEqual({
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'weather' } }] },
    });
  });
});

describe('A request for a response', () => {
  const image = { role: 'user', content: [{ type: 'input_image', image_url: 'https://example.com/a.png' }] };
  test.each<[string, object, string]>([
    ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id'],
    ['a stored conversation', { conversation: { id: 'conv_1' } }, 'conversation'],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }, 'prompt'],
    ['work in the background', { background: true }, 'background'],
    ['a tool of OpenAI', { tools: [...tools, { type: 'web_search' }] }, 'tools.1.type'],
    ['the choice of such a tool', { tools, tool_choice: { type: 'file_search' } }, 'tool_choice.type'],
    ['a stored item', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input.0.type'],
    ['an item of such a tool', { input: [{ role: 'user', content: 'a' }, { type: 'web_search_call' }] }, 'input.1.type'],
    ['a stored file', { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'file_1' }] }] }, 'input.0.content.0.image_url'],
    ['an unknown part', { input: [{ role: 'user', content: [{ type: 'video' }] }] }, 'input.0.content.0.type'],
    ['no item', { input: [] }, 'input'],
    ['no input', { input: undefined }, 'input'],
    ['an item without content', { input: [{ role: 'user' }] }, 'input.0.content'],
    ['images, for a model without them', { model: 'offline', input: [image] }, 'input'],
    ['JSON, for a model without it', { model: 'offline', text: { format: { type: 'json_object' } } }, 'text.format'],
    ['probabilities, for a model without them', { model: 'offline', top_logprobs: 2 }, 'top_logprobs'],
  ])('with %s is rejected in the format of OpenAI, with the field', async (_what, body, param) => {
    const error = await rejection(body);
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_request', param });
    expect(error.message).not.toContain('Invalid input');
  });

  test('that the model rejects names the field of the request, not that of the chat', async () => {
    const error = { message: 'too many', code: 'bad_value', param: 'messages[1].content' };
    upstream.setBehaviours(
      (_, answer) => void answer.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error })),
    );
    expect(await rejection({})).toMatchObject({ message: 'too many', code: 'bad_value', param: 'input' });
  });
});
