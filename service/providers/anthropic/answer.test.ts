import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { eventsOf } from '../../testing/anthropic-api.ts';
import { parseMessage, StreamedMessage } from './answer.ts';

const request = { messages: [{ role: 'user', content: 'Hello' }] } as const;

function streamed(events: readonly unknown[]) {
  const stream = new StreamedMessage(request, 'claude');
  return { deltas: events.flatMap((event) => stream.add(event)), stream };
}

describe('An answer of the Messages API', () => {
  const visible = fc.string({ minLength: 1 });
  const block = fc.oneof(
    visible.map((text) => ({ type: 'text', text })),
    fc.tuple(visible, visible).map(([thinking, signature]) => ({ type: 'thinking', thinking, signature })),
    visible.map((data) => ({ type: 'redacted_thinking', data })),
    fc.record({ type: fc.constant('tool_use'), id: visible, name: visible, input: fc.dictionary(fc.string(), fc.jsonValue()) }),
    fc.constant({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'a' } }),
  );
  const reasons = fc.constantFrom('end_turn', 'max_tokens', 'tool_use', 'refusal', 'reason_of_the_future');

  test('is the same, streamed or not', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), reasons, (content, stop_reason) => {
        const { stream } = streamed(eventsOf({ content, stop_reason }));
        const whole = {
          type: 'message',
          model: 'claude-test-1',
          content,
          stop_reason,
          usage: { input_tokens: 11, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 7 },
        };
        expect(stream.isFinished).toBe(true);
        expect(stream.answer).toEqual(parseMessage(request, 'claude', whole));
      }),
    );
  });

  test('counts cached tokens as part of the prompt, and reasoning as part of the answer', () => {
    const usage = {
      input_tokens: 1,
      cache_creation_input_tokens: 20,
      cache_read_input_tokens: 300,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 5 },
    };
    expect(parseMessage(request, 'claude', { content: [], usage })).toMatchObject({
      model: 'claude',
      usage: { promptTokens: 321, completionTokens: 9 },
      rest: { usage: { prompt_tokens_details: { cached_tokens: 300 }, completion_tokens_details: { reasoning_tokens: 5 } } },
    });
  });

  test('without usage is estimated', () => {
    expect(parseMessage(request, 'claude', { content: [{ type: 'text', text: 'Eight ch' }] }).usage).toEqual({
      promptTokens: 6,
      completionTokens: 2,
    });
  });

  test('that broke off is charged for what arrived', () => {
    const { stream } = streamed(eventsOf({ content: [{ type: 'text', text: 'Eight ch' }] }).slice(0, -2));
    expect(stream.isFinished).toBe(false);
    expect(stream.answer.usage).toEqual({ promptTokens: 15, completionTokens: 2 });
  });

  test('passes on pings once it has started: they show that a silent model is alive', () => {
    const ping = { type: 'ping' };
    const start = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
    const piece = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } };
    expect(streamed([ping, start, ping, piece, ping]).deltas).toEqual([
      { index: 0, delta: { content: 'Hello' } },
      { index: 0, delta: {} },
    ]);
  });

  test('may have events and blocks of unknown types, but not events of a known type in another form', () => {
    const citation = { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: {} } };
    expect(streamed([{ type: 'event_of_the_future' }, citation]).deltas).toEqual([]);
    expect(() => streamed([{ type: 'content_block_start' }])).toThrow('content_block');
    expect(() => streamed(['text'])).toThrow('expected object');
  });
});
