import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { chat, type Outcome, respondsWithBytes, respondsWithFile, withModel } from '../testing/cases.ts';
import type { Behaviour } from '../testing/upstream.ts';

const question = {
  model: 'm',
  messages: [{ role: 'user', content: 'Say four words' }],
  stream: true,
  stream_options: { include_usage: true },
};
const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const chunk = (choices: unknown, fields: object = {}) =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm-1', choices, ...fields });
/** One choice; `fields` are those of the choice next to its delta. */
const piece = (delta: unknown, fields: object = {}) => chunk([{ index: 0, delta, finish_reason: null, ...fields }]);
const [first, second, end, counts] = [
  piece({ role: 'assistant', content: 'Four words ' }),
  piece({ content: 'in all.' }),
  piece({}, { finish_reason: 'stop' }),
  chunk([], { usage }),
];
const done = '[DONE]';
const stream = (text: string, options: Parameters<typeof respondsWithBytes>[1] = {}) =>
  respondsWithBytes(text, { type: 'text/event-stream', ...options });
/** A stream of these events. */
const events = (...data: readonly string[]) => stream(data.map((each) => `data: ${each}\n\n`).join(''));
/** Events that end as OpenAI's do. */
const written = (...data: readonly string[]) => events(...data, end, counts, done);
const lines = (separator: string) => [first, second, end, counts, done].map((each) => `data: ${each}${separator}${separator}`).join('');

type Expected = { readonly [F in keyof Outcome]?: unknown };
const complete: Expected = { status: 200, text: 'Four words in all.', finish: 'stop', code: undefined, isDone: true };
const counted: Expected = { ...complete, tokens: [11, 7] };
/** The client gets what arrived, and an error. */
const cut: Expected = { status: 200, text: 'Four words ', finish: undefined, code: 'model_failed' };
const failed: Expected = { status: 502, code: 'model_failed' };
const calling: Expected = { status: 200, text: '', finish: 'tool_calls', calls: ['get_weather({"city":"Oslo"})'], isDone: true };

const call = (fields: object) => piece({ tool_calls: [fields] });
const weather = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } };
const time = { id: 'call_2', type: 'function', function: { name: 'get_time', arguments: '{}' } };
const endCalls = piece({}, { finish_reason: 'tool_calls' });
const both = ['get_weather({"city":"Oslo"})', 'get_time({})'];

const cases: Readonly<Record<string, readonly (readonly [what: string, upstream: Behaviour, expected: Expected])[]>> = {
  'whose lines': [
    ['are those of OpenAI', stream(lines('\n')), counted],
    ['end with CR LF', stream(lines('\r\n')), counted],
    ['end with CR', stream(lines('\r')), counted],
    ['have no space after the colon', stream(lines('\n').replaceAll('data: ', 'data:')), counted],
    ['start with a byte order mark', stream(`\uFEFF${lines('\n')}`), counted],
    ['are mixed with comments', stream(`: PROCESSING\n\n${lines('\n').replaceAll('\n\n', '\n\n:\n\n: keep-alive\n\n')}`), counted],
    ['name events, ids and times', stream(lines('\n').replaceAll('data: ', 'event: message\nid: 1\nretry: 5\ndata: ')), counted],
    ['have events without data', stream(lines('\n').replaceAll('\n\n', '\n\ndata:\n\ndata: \n\n')), counted],
    ['end with a space', stream(lines('\n').replace(done, `${done} `)), counted],
    ['end without a blank line', stream(lines('\n').trimEnd()), counted],
    [
      'are cut within characters',
      stream(`data: ${piece({ content: 'Çà ñ 日本 🦊' })}\n\n${lines('\n').slice(lines('\n').indexOf(second) - 6)}`, { pieceBytes: 1 }),
      { ...counted, text: 'Çà ñ 日本 🦊in all.' },
    ],
    [
      'are compressed',
      respondsWithBytes(gzipSync(lines('\n')), { type: 'text/event-stream', headers: { 'Content-Encoding': 'gzip' } }),
      counted,
    ],
  ],
  'whose usage': [
    ['has counts that are null', respondsWithFile('upstream/usage-null-counts.sse'), { ...complete, tokens: [11, expect.any(Number)] }],
    ['is missing', events(first, second, end, done), complete],
    ['comes with choices null', events(first, second, end, chunk(null, { usage }), done), counted],
    ['comes without choices', events(first, second, end, chunk(undefined, { usage }), done), counted],
    [
      'comes with the last piece',
      events(first, second, piece({}, { finish_reason: 'stop' }).replace('"model"', `"usage":${JSON.stringify(usage)},"model"`), done),
      counted,
    ],
    [
      'comes with each piece',
      events(
        ...[first, second, end].map((each, at) =>
          each.replace('"model"', `"usage":{"prompt_tokens":11,"completion_tokens":${5 + at}},"model"`),
        ),
        done,
      ),
      counted,
    ],
    [
      'is null in each piece',
      events(...[first, second, end].map((each) => each.replace('"model"', '"usage":null,"model"')), counts, done),
      counted,
    ],
    ['comes after [DONE]', events(first, second, end, done, counts), complete],
  ],
  'whose end': [
    ['has no [DONE]', events(first, second, end, counts), counted],
    ['has no finish reason before [DONE]', events(first, second, counts, done), counted],
    ['is only [DONE]', events(first, second, done), complete],
    [
      'has empty finish reasons until it breaks',
      respondsWithFile('upstream/empty-finish-reason-then-cut.sse'),
      { status: 200, text: 'And then ', finish: undefined, code: 'model_failed' },
    ],
    [
      'has empty finish reasons until [DONE]',
      events(...[first, second].map((each) => each.replace('"finish_reason":null', '"finish_reason":""')), done),
      complete,
    ],
    ['is missing', events(first), cut],
    ['is a broken connection', stream(`data: ${first}\n\n`, { reset: true }), cut],
    ['is an error', events(first, '{"error":{"message":"overloaded","type":"server_error","code":502}}'), cut],
    ['is an error as a text', events(first, '{"error":"overloaded"}'), cut],
    ['is a named event with an error', stream(`data: ${first}\n\nevent: error\ndata: {"error":{"message":"overloaded"}}\n\n`), cut],
    [
      'is an error without an object around it',
      stream(`data: ${first}\n\nevent: error\ndata: {"message":"overloaded","code":500}\n\n`),
      cut,
    ],
    [
      'is an error next to choices',
      events(first, chunk([{ index: 0, delta: {}, finish_reason: 'error' }], { error: { code: 502, message: 'gone' } }), done),
      cut,
    ],
    ['is the finish reason error', events(first, piece({}, { finish_reason: 'error' }), done), cut],
    ['is an object of the kind error before [DONE]', events(first, '{"object":"error","message":"overloaded","code":50001}', done), cut],
    [
      'is a named error without an object around it before [DONE]',
      stream(`data: ${first}\n\nevent: error\ndata: {"message":"overloaded"}\n\ndata: [DONE]\n\n`),
      cut,
    ],
    [
      'has errors that are null and empty',
      events(...[first, second, end].map((each) => each.replace('"model"', '"error":null,"model"')), chunk([], { usage, error: {} }), done),
      counted,
    ],
    ['is no JSON', events(first, '{"choices":['), cut],
    ['is a finish reason of its own kind', events(first, second, piece({}, { finish_reason: 'eos_token' }), counts, done), counted],
    [
      'is content_filter',
      events(first, piece({}, { finish_reason: 'content_filter' }), done),
      { ...complete, text: 'Four words ', finish: 'content_filter' },
    ],
    ['is length', events(first, piece({}, { finish_reason: 'length' }), done), { ...complete, text: 'Four words ', finish: 'length' }],
    [
      'has a piece after the finish reason',
      events(first, piece({ content: 'in all.' }, { finish_reason: 'stop' }), piece({ content: '' }), counts, done),
      counted,
    ],
  ],
  'that starts': [
    ['with an error', events('{"error":{"message":"overloaded","code":502}}'), failed],
    [
      'with an error of the conversation’s length',
      events('{"error":{"message":"too long","code":"context_length_exceeded"}}'),
      { status: 400, code: 'context_length_exceeded' },
    ],
    ['with [DONE]', events(done), failed],
    ['and ends without an event', stream(''), failed],
    ['with a page', respondsWithBytes('<html>', { type: 'text/html' }), failed],
    ['with a chunk about filters', written(chunk([], { prompt_filter_results: [] }), first, second), counted],
    ['with a chunk without a role', written(piece({ content: 'Four words ' }), second), counted],
    ['with the role alone', written(piece({ role: 'assistant' }), first, second), counted],
    ['with content that is null', written(piece({ role: 'assistant', content: null }), first, second), counted],
    ['with a delta that is null', written(piece(null), first, second), counted],
    ['with a choice without a delta', written(chunk([{ index: 0, finish_reason: null }]), first, second), counted],
    ['without an index', written(first.replace('"index":0,', ''), second), counted],
    ['without a finish reason', written(...[first, second].map((each) => each.replace(',"finish_reason":null', ''))), counted],
    ['without a model', written(...[first, second].map((each) => each.replace('"model":"m-1",', ''))), counted],
  ],
  'with reasoning': [
    [
      'in a field',
      written(piece({ reasoning_content: 'Which ' }), piece({ reasoning_content: 'four?' }), first, second),
      { ...counted, reasoning: 'Which four?' },
    ],
    ['in tags', written(piece({ content: '<think>Which four?</think>\n\n' }), first, second), { ...counted, reasoning: 'Which four?' }],
    [
      'in tags that are cut',
      written(...['<th', 'ink>Which ', 'four?</', 'thi', 'nk>', '\n\n'].map((content) => piece({ content })), first, second),
      { ...counted, reasoning: 'Which four?' },
    ],
  ],
  'with tool calls': [
    [
      'in pieces',
      events(
        call({ index: 0, ...weather, function: { name: 'get_weather', arguments: '' } }),
        call({ index: 0, function: { arguments: '{"city":' } }),
        call({ index: 0, function: { arguments: '"Oslo"}' } }),
        endCalls,
        done,
      ),
      calling,
    ],
    ['at once', events(call({ index: 0, ...weather }), endCalls, counts, done), calling],
    ['without an index', events(call(weather), endCalls, done), calling],
    [
      'whose arguments are an object',
      events(call({ index: 0, ...weather, function: { name: 'get_weather', arguments: { city: 'Oslo' } } }), endCalls, done),
      calling,
    ],
    ['without an id', events(call({ ...weather, id: undefined }), endCalls, done), { ...calling, ids: [expect.stringMatching(/./)] }],
    [
      'whose id is empty after the first piece',
      events(
        call({ index: 0, ...weather, function: { name: 'get_weather', arguments: '{"city":' } }),
        call({ index: 0, id: '', type: 'function', function: { name: '', arguments: '"Oslo"}' } }),
        endCalls,
        done,
      ),
      { ...calling, ids: ['call_1'] },
    ],
    [
      'of two functions',
      events(call({ index: 0, ...weather }), call({ index: 1, ...time }), endCalls, done),
      { ...calling, calls: both, ids: ['call_1', 'call_2'] },
    ],
    [
      'of two functions in one piece',
      events(
        piece({
          tool_calls: [
            { index: 0, ...weather },
            { index: 1, ...time },
          ],
        }),
        endCalls,
        done,
      ),
      { ...calling, calls: both },
    ],
    [
      'of two functions in one piece without indexes',
      events(piece({ tool_calls: [weather, time] }), endCalls, done),
      { ...calling, calls: both },
    ],
    [
      'of two functions without indexes',
      events(call(weather), call(time), endCalls, done),
      { ...calling, calls: both, ids: ['call_1', 'call_2'] },
    ],
    [
      'of two functions that have one index',
      events(call({ index: 0, ...weather }), call({ index: 0, ...time }), endCalls, done),
      { ...calling, calls: both, ids: ['call_1', 'call_2'] },
    ],
    [
      'that repeat the name in each piece',
      events(
        call({ index: 0, ...weather, function: { name: 'get_weather', arguments: '{"city":' } }),
        call({ index: 0, ...weather, function: { name: 'get_weather', arguments: '"Oslo"}' } }),
        endCalls,
        done,
      ),
      { ...calling, ids: ['call_1'] },
    ],
    [
      'without arguments',
      events(call({ index: 0, ...time, function: { name: 'get_time', arguments: '' } }), endCalls, done),
      { ...calling, calls: ['get_time({})'] },
    ],
    ['that are null', written(piece({ role: 'assistant', content: 'Four words ', tool_calls: null }), second), { ...counted, calls: [] }],
    ['but the finish reason stop', events(call({ index: 0, ...weather }), end, done), calling],
  ],
};

describe.each(Object.keys(cases))('A stream %s', (kind) => {
  test.each([...(cases[kind] ?? [])])('%s is what a client of OpenAI expects', async (_what, upstream, expected) => {
    const outcome = await withModel([upstream], (url) => chat(url, question));
    expect({ code: undefined, finish: undefined, ...outcome }).toMatchObject(expected);
  });
});
