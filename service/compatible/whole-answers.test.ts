import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { chat, type Outcome, respondsWithBytes, respondsWithFile, withModel } from '../testing/cases.ts';
import type { Behaviour } from '../testing/upstream.ts';

const question = { model: 'm', messages: [{ role: 'user', content: 'Say four words' }] };
const text = 'Four words in all.';
const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** An answer of OpenAI's API; the arguments override fields of the answer, of its choice and of its message. */
const json = (fields: object = {}, choice: object = {}, message: object = {}) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text, ...message }, finish_reason: 'stop', ...choice }],
    usage,
    ...fields,
  });
const answers = (...overrides: Parameters<typeof json>) => respondsWithBytes(json(...overrides));
const withCalls = (tool_calls: unknown) => answers({}, { finish_reason: 'tool_calls' }, { content: null, tool_calls });
const weather = (fields: object = {}, called: object = {}) => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Oslo"}', ...called },
  ...fields,
});
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

type Expected = { readonly [F in keyof Outcome]?: unknown };
const complete: Expected = { status: 200, text, finish: 'stop' };
const counted: Expected = { ...complete, tokens: [11, 7] };
const partlyCounted: Expected = { ...complete, tokens: [11, expect.any(Number)] };
const failed: Expected = { status: 502, code: 'model_failed' };
const calling: Expected = { status: 200, text: '', finish: 'tool_calls', calls: ['get_weather({"city":"Oslo"})'] };

const cases: Readonly<Record<string, readonly (readonly [what: string, upstream: Behaviour, expected: Expected])[]>> = {
  'with usage': [
    ['without completion tokens', respondsWithFile('upstream/usage-without-completion-tokens.json'), partlyCounted],
    ['whose counts are null', respondsWithFile('upstream/usage-null-counts.json'), partlyCounted],
    ['as floats', answers({ usage: { prompt_tokens: 11.0, completion_tokens: 6.6 } }), counted],
    ['as texts', answers({ usage: { prompt_tokens: '11', completion_tokens: '7' } }), counted],
    ['below zero', answers({ usage: { prompt_tokens: 11, completion_tokens: -1 } }), partlyCounted],
    ['that is null', answers({ usage: null }), complete],
    ['that is missing', answers({ usage: undefined }), complete],
    ['that is a list', answers({ usage: [] }), complete],
    ['that is a text', answers({ usage: 'n/a' }), complete],
    ['with further fields', answers({ usage: { ...usage, prompt_tokens_details: { cached_tokens: 3 }, cost: null } }), counted],
  ],
  'with a model': [
    ['that is null', respondsWithFile('upstream/model-null.json'), counted],
    ['that is missing', answers({ model: undefined }), counted],
    ['that is a number', answers({ model: 7 }), counted],
  ],
  'with content': [
    [
      'as a list of texts',
      answers(
        {},
        {},
        {
          content: [
            { type: 'text', text: 'Four words ' },
            { type: 'text', text: 'in all.' },
          ],
        },
      ),
      counted,
    ],
    ['that is null', answers({}, {}, { content: null }), { ...complete, text: '' }],
    ['that is missing', answers({}, {}, { content: undefined }), { ...complete, text: '' }],
    [
      'after reasoning in tags',
      answers({}, {}, { content: `<think>Which four?</think>\n\n${text}` }),
      { ...counted, reasoning: 'Which four?' },
    ],
    ['after reasoning whose tag the template opened', answers({}, {}, { content: `Which four?</think>\n${text}` }), counted],
    ['and reasoning in a field', answers({}, {}, { reasoning_content: 'Which four?' }), { ...counted, reasoning: 'Which four?' }],
  ],
  'with a finish reason': [
    ['content_filter', respondsWithFile('upstream/content-filter.json'), { status: 200, text: '', finish: 'content_filter' }],
    ['length', answers({}, { finish_reason: 'length' }), { ...counted, finish: 'length' }],
    ['max_tokens', answers({}, { finish_reason: 'max_tokens' }), { ...counted, finish: 'length' }],
    ['MAX_TOKENS', answers({}, { finish_reason: 'MAX_TOKENS' }), { ...counted, finish: 'length' }],
    ['eos', answers({}, { finish_reason: 'eos' }), counted],
    ['end_turn', answers({}, { finish_reason: 'end_turn' }), counted],
    ['that is null', answers({}, { finish_reason: null }), counted],
    ['that is empty', answers({}, { finish_reason: '' }), counted],
    ['that is missing', answers({}, { finish_reason: undefined }), counted],
    ['safety', answers({}, { finish_reason: 'SAFETY' }), { ...counted, finish: 'content_filter' }],
  ],
  'with tool calls': [
    ['as OpenAI sends them', withCalls([weather()]), { ...calling, ids: ['call_1'] }],
    ['whose arguments are an object', withCalls([weather({}, { arguments: { city: 'Oslo' } })]), calling],
    ['without an id', withCalls([weather({ id: undefined })]), { ...calling, ids: [expect.stringMatching(/./)] }],
    ['without a type', withCalls([weather({ type: undefined })]), calling],
    ['without arguments', withCalls([weather({}, { arguments: undefined })]), { ...calling, calls: ['get_weather({})'] }],
    ['with empty arguments', withCalls([weather({}, { arguments: '' })]), { ...calling, calls: ['get_weather({})'] }],
    ['that are null', answers({}, {}, { tool_calls: null }), { ...counted, calls: [] }],
    ['that are an empty list', answers({}, {}, { tool_calls: [] }), { ...counted, calls: [] }],
    ['but the finish reason stop', answers({}, {}, { content: null, tool_calls: [weather()] }), calling],
    ['and the finish reason tool_use', answers({}, { finish_reason: 'tool_use' }, { content: null, tool_calls: [weather()] }), calling],
  ],
  'with choices': [
    ['that are an empty list', answers({ choices: [] }), failed],
    ['that are null', answers({ choices: null }), failed],
    ['without a message', answers({}, { message: null }), failed],
    ['and an error', answers({ error: { code: 502, message: 'gone' } }), failed],
    ['and an error that is null', answers({ error: null }), counted],
    ['of which one failed', answers({}, { finish_reason: 'error' }, { content: 'Four' }), failed],
  ],
  'with bytes': [
    ['after a byte order mark', respondsWithBytes(`\uFEFF${json()}`), counted],
    ['after blank lines', respondsWithBytes(`\n\n\n${json()}\n`), counted],
    ['that gzip compressed', respondsWithBytes(gzipSync(json()), { headers: { 'Content-Encoding': 'gzip' } }), counted],
    [
      'in pieces within characters',
      respondsWithBytes(json({}, {}, { content: 'Çà ñ 日本 🦊' }), { pieceBytes: 1 }),
      { ...complete, text: 'Çà ñ 日本 🦊' },
    ],
    ['of another content type', respondsWithBytes(json(), { type: 'text/plain' }), counted],
    ['that are a page', respondsWithBytes('<html>Welcome to nginx</html>', { type: 'text/html' }), failed],
    ['that are no JSON', respondsWithBytes('{"choices": ['), failed],
    ['of which there are none', respondsWithBytes(''), failed],
    ['that are null', respondsWithBytes('null'), failed],
    [
      'that are a stream',
      respondsWithBytes(
        event({ choices: [{ index: 0, delta: { content: 'Four words ' } }] }) +
          event({ choices: [{ index: 0, delta: { content: 'in all.' }, finish_reason: 'stop' }], usage }) +
          'data: [DONE]\n\n',
        { type: 'text/event-stream' },
      ),
      counted,
    ],
  ],
};

describe.each(Object.keys(cases))('An answer %s', (kind) => {
  test.each([...(cases[kind] ?? [])])('%s is what a client of OpenAI expects', async (_what, upstream, expected) => {
    const outcome = await withModel([upstream], (url) => chat(url, question));
    expect(outcome).toMatchObject(expected);
    if (outcome.status === 200)
      for (const count of outcome.tokens ?? [0]) expect(count).toBeGreaterThanOrEqual(outcome.text === '' ? 0 : 1);
  });
});

describe('A requested stream', () => {
  test.each([
    ['the whole answer as JSON', 'application/json; charset=utf-8'],
    ['the whole answer as JSON of an unknown type', 'application/octet-stream'],
  ])('that arrives as %s is a stream for the client', async (_what, type) => {
    const body = { ...question, stream: true, stream_options: { include_usage: true } };
    expect(await withModel([respondsWithBytes(json(), { type })], (url) => chat(url, body))).toMatchObject({ ...counted, isDone: true });
  });
});
