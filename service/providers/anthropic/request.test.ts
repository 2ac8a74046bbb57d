import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { chatRequestOf } from '../../compatible/chat-request.ts';
import { chatRequest } from '../../compatible/schema.ts';
import { ModelError } from '../../models/model-error.ts';
import { anthropicRequest } from '../../testing/anthropic-api.ts';
import { messagesBody } from './request.ts';

/** A request of an OpenAI client as the model gets it. */
const translated = (body: object) => messagesBody('claude', 4096, chatRequestOf(chatRequest.parse({ model: 'claude', ...body })), false);
const user = (content: unknown) => ({ role: 'user', content });
const text = (value: string) => ({ type: 'text', text: value });

describe('A conversation for the Messages API', () => {
  test('has its instructions apart, and alternating turns', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      user('One'),
      user([text('Two'), text(' ')]),
      { role: 'assistant', content: 'Three' },
      { role: 'developer', content: 'Be kind.' },
      user('Four'),
    ];
    expect(translated({ messages })).toEqual({
      model: 'claude',
      max_tokens: 4096,
      system: [text('Be brief.'), text('Be kind.')],
      messages: [
        { role: 'user', content: [text('One'), text('Two')] },
        { role: 'assistant', content: [text('Three')] },
        { role: 'user', content: [text('Four')] },
      ],
    });
  });

  test('of instructions alone has them as the message of the user', () => {
    expect(translated({ messages: [{ role: 'system', content: 'Write a poem.' }] })).toMatchObject({
      messages: [{ role: 'user', content: [text('Write a poem.')] }],
    });
  });

  test('has results of tools first in their turn, and arguments as objects', () => {
    const call = (id: string, json: string) => ({ id, type: 'function', function: { name: 'f', arguments: json } });
    const messages = [
      user('Go'),
      { role: 'assistant', content: null, tool_calls: [call('a.1', '{"x":1}'), call('b', ''), call('c', 'broken')] },
      user('Wait'),
      { role: 'tool', tool_call_id: 'a.1', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: '' },
    ];
    expect(translated({ messages })).toMatchObject({
      messages: [
        user([text('Go')]),
        {
          content: [
            { type: 'tool_use', id: 'a_1', name: 'f', input: { x: 1 } },
            { id: 'b', input: {} },
            { id: 'c', input: { arguments: 'broken' } },
          ],
        },
        user([
          { type: 'tool_result', tool_use_id: 'a_1', content: [text('one')] },
          { type: 'tool_result', tool_use_id: 'b' },
          text('Wait'),
        ]),
      ],
    });
  });

  test('keeps the functions of older clients', () => {
    const messages = [
      user('Go'),
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ];
    expect(translated({ messages, functions: [{ name: 'f' }], function_call: { name: 'f' } })).toMatchObject({
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'f' },
      messages: [{}, { content: [{ type: 'tool_use', id: 'function_f' }] }, { content: [{ tool_use_id: 'function_f' }] }],
    });
  });

  test.each([
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { type: 'none' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{}, undefined],
  ])('translates %j', (fields, choice) => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' }, strict: true } }];
    expect(translated({ messages: [user('Go')], tools, ...fields })).toMatchObject({
      tools: [{ name: 'f', input_schema: { type: 'object' }, strict: true }],
      ...(choice && { tool_choice: choice }),
    });
  });

  test('requests JSON without a schema by an instruction', () => {
    const body = translated({ messages: [user('Go')], response_format: { type: 'json_object' } });
    expect(body).toMatchObject({ system: [text('Answer with one JSON object only.')] });
  });

  test('sends documents, marks for the prompt cache, and fields that the OpenAI API does not have', () => {
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } };
    const marked = { ...text('Read it.'), cache_control: { type: 'ephemeral' } };
    expect(translated({ messages: [user([file, marked])], top_k: 5, presence_penalty: 1 })).toEqual({
      model: 'claude',
      max_tokens: 4096,
      top_k: 5,
      messages: [
        user([{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'a.pdf' }, marked]),
      ],
    });
  });

  const texts = fc.oneof(fc.constantFrom('', ' ', '\n', 'Hello', 'Hello \n'), fc.string());
  const image = fc
    .constantFrom('https://example.com/a.png', 'data:image/jpg;base64,/9j/')
    .map((url) => ({ type: 'image_url', image_url: { url } }));
  const parts = fc.array(fc.oneof(texts.map(text), image), { maxLength: 3 });
  const content = fc.oneof(texts, parts);
  const id = fc.oneof(fc.constantFrom('call_1', 'a.b:c'), fc.string({ minLength: 1, maxLength: 5 }));
  const json = fc.oneof(fc.constantFrom('', '{}', '[1]', '{"a":'), fc.json());
  const calls = fc.array(
    fc.record({ id, type: fc.constant('function'), function: fc.record({ name: fc.constant('f'), arguments: json }) }),
    { maxLength: 2 },
  );
  const message = fc.oneof(
    fc.record({ role: fc.constantFrom('system', 'developer'), content: texts }),
    fc.record({ role: fc.constant('user'), content }),
    fc.record({ role: fc.constant('assistant'), content: fc.oneof(texts, fc.constant(null)), tool_calls: calls }),
    fc.record({ role: fc.constant('tool'), tool_call_id: id, content }),
    fc.record({ role: fc.constant('function'), name: fc.constant('f'), content: texts }),
  );
  const options = fc.record(
    {
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      stop: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
      max_tokens: fc.integer({ min: 1, max: 9000 }),
      tool_choice: fc.constantFrom('auto', 'none', 'required', null),
      parallel_tool_calls: fc.boolean(),
      tools: fc.constantFrom([], [{ type: 'function', function: { name: 'f' } }]),
      response_format: fc.constantFrom(
        { type: 'text' },
        { type: 'json_object' },
        { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
      ),
      reasoning_effort: fc.constantFrom('minimal', 'low', 'high'),
      seed: fc.integer(),
      user: fc.string(),
      n: fc.constant(1),
    },
    { requiredKeys: [] },
  );

  test('is one that the API accepts, or has no content', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), options, (messages, fields) => {
        const accepted = chatRequest.safeParse({ model: 'claude', messages, ...fields });
        if (!accepted.success) return;
        try {
          const body = messagesBody('claude', 4096, chatRequestOf(accepted.data), false);
          expect(anthropicRequest.safeParse(body).error).toBeUndefined();
          outcomes.add('accepted');
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          expect(error.rejection?.message).toBe('The messages have no content.');
          expect(JSON.stringify(messages)).not.toMatch(/Hello|tool_call_id|"name"|image_url/);
          outcomes.add('rejected');
        }
      }),
      { numRuns: 500 },
    );
    expect([...outcomes].toSorted()).toEqual(['accepted', 'rejected']);
  });
});
