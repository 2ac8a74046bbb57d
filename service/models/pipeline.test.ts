import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Problem } from '../http/problem.ts';
import { createOpenAiModel } from '../providers/openai/openai.ts';
import { deadlineSignal } from '../runtime/deadline.ts';
import { quickLimits, testCard } from '../testing/models.ts';
import {
  type Behaviour,
  neverResponds,
  resetsConnection,
  respondsWithError,
  respondsWithJson,
  respondsWithText,
  startUpstream,
  type Upstream,
} from '../testing/upstream.ts';
import { testCaller } from '../testing/usage-events.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Usage } from '../usage/usage-record.ts';
import type { ChatDelta, ChatRequest } from './chat.ts';
import type { CaptionRequest, ModelCard, Routing } from './model.ts';
import { ModelError } from './model-error.ts';
import type { CallOptions, ModelCall, Models } from './models.ts';
import { type CallLimits, createPipeline } from './pipeline.ts';

const request: ChatRequest = { messages: [{ role: 'user', content: 'Where is Cádiz?' }] };
const captions: CaptionRequest = { description: 'A red bicycle', style: 'casual', audience: 'general', language: undefined, count: 2 };
const selection = { needs: ['chat'] } as const;
const options = (signal = new AbortController().signal): Omit<CallOptions<never>, 'onPart'> => ({
  caller: testCaller(),
  signal,
  clientId: undefined,
  operation: 'chat',
});

const open: Upstream[] = [];
afterEach(async () => {
  for (const upstream of open.splice(0)) await upstream.close();
});

/** For tests of silence. */
const impatient = { attemptSeconds: 0.2, idleSeconds: 0.2 };

interface Endpoint extends Partial<ModelCard>, Partial<Omit<CallLimits, 'breaker'>> {
  readonly breaker?: Partial<CallLimits['breaker']>;
  readonly does: readonly [Behaviour, ...Behaviour[]];
}

/** Models at an upstream each, called `a`, `b` and so on. */
async function chain(first: Endpoint, ...rest: Endpoint[]) {
  const calls: ModelCall[] = [];
  const usages: Usage[] = [];
  const charges: number[] = [];
  const meter = {
    record: (usage: Usage) => void usages.push(usage),
    reserve: async () => ({ settle: (micros: number) => void charges.push(micros), release: () => {} }),
  };
  const member = async ({ does, ...given }: Endpoint, at: number) => {
    const breaker = { ...quickLimits.breaker, ...given.breaker };
    const upstream = await startUpstream(...does);
    open.push(upstream);
    const card = testCard({ id: 'abc'.charAt(at), ...given });
    const model = createOpenAiModel({
      apiKey: 'test-key',
      baseURL: upstream.url,
      model: card.id,
      maxTokens: undefined,
      captionTokens: 500,
    });
    return { upstream, configured: { card, load: async () => model, limits: { ...quickLimits, ...given, breaker } } };
  };
  const one = await member(first, 0);
  const others = await Promise.all(rest.map((each, at) => member(each, at + 1)));
  const models = createPipeline([one.configured, ...others.map(({ configured }) => configured)], meter, (call) => calls.push(call));
  return {
    models,
    calls,
    usages,
    charges,
    upstreams: [one, ...others].map(({ upstream }) => upstream),
    seen: [one, ...others].map(({ upstream }) => upstream.requests),
  };
}

/** A streamed call: its parts, and its result or its error. */
async function streamed<T, P>(textOf: (part: P) => string, call: (streaming: CallOptions<P>) => Promise<T>, given = options()) {
  const pieces: string[] = [];
  const onPart = async (part: P) => void pieces.push(textOf(part));
  return call({ ...given, onPart }).then(
    (whole) => ({ pieces, whole, error: undefined }),
    (error: unknown) => ({ pieces, whole: undefined, error }),
  );
}
const contentOf = ({ delta }: ChatDelta) => delta.content ?? '';
const streamChat = (models: Models, given?: ReturnType<typeof options>) =>
  streamed(contentOf, (streaming) => models.chat(selection, request, streaming), given);
const streamCaptions = (models: Models) =>
  streamed(String, (streaming: CallOptions<string>) => models.captions({ needs: ['captions'] }, captions, streaming));

describe('The pipeline of a model call', () => {
  test('answers with the first model, the reason, and the cost by its own token count', async () => {
    const { models, calls, seen } = await chain({ does: [respondsWithText('In Spain.')] }, { does: [respondsWithText('Elsewhere.')] });
    const routed = await models.chat(selection, request, options());
    expect(routed).toMatchObject({
      answer: {
        text: 'In Spain.',
        choices: [{ finish_reason: 'stop' }],
        model: 'fake-1',
        usage: { promptTokens: 11, completionTokens: 7 },
      },
      routing: {
        model: 'a',
        reason: 'first in the configuration',
        alternatives: [{ model: 'b', reason: 'later in the configuration' }],
        failed: [],
      },
      // 11 at $1 and 7 at $2 a million.
      costMicros: 25,
      degraded: false,
    });
    expect(seen.map(({ length }) => length)).toEqual([1, 0]);
    expect(calls).toMatchObject([{ model: 'a', outcome: 'ok', usage: { promptTokens: 11, completionTokens: 7 }, costMicros: 25 }]);
  });

  test.each<[string, Behaviour, string, number]>([
    ['500', respondsWithError(500), 'unreachable', 3],
    ['429', respondsWithError(429), 'overloaded', 3],
    ['429 with a long Retry-After', respondsWithError(429, { 'Retry-After': '60' }), 'overloaded', 1],
    ['401', respondsWithError(401), 'misconfigured', 1],
    ['silence', neverResponds, 'timeout', 3],
    ['a reset connection', resetsConnection, 'unreachable', 3],
    ['invalid_response', respondsWithJson('{"choices": "none"}'), 'invalid_response', 1],
    ['no JSON', respondsWithJson('<html>'), 'invalid_response', 1],
    ['nothing', respondsWithJson(''), 'invalid_response', 1],
    ['an event that is no JSON', respondsWithJson('data: {oops\n\n'), 'invalid_response', 1],
  ])('falls back to the next model after %s, with and without a stream', async (_, behaviour, failure, attempts) => {
    const { models, seen } = await chain(
      { does: [behaviour], ...(failure === 'timeout' ? impatient : {}) },
      { does: [respondsWithError(400)] },
      { does: [respondsWithText('In Spain.')] },
    );
    const routing = {
      model: 'c',
      failed: [
        { model: 'a', failure },
        { model: 'b', failure: 'rejected' },
      ],
    };
    const parts = await streamChat(models);
    expect(parts).toMatchObject({ pieces: ['In ', 'Spain.'], whole: { answer: { text: 'In Spain.' }, routing } });
    expect(seen.map(({ length }) => length)).toEqual([attempts, 1, 1]);
    const whole = await models.chat(selection, request, options());
    expect(whole).toMatchObject({ answer: { text: 'In Spain.' }, routing: { model: 'c' } });
  });

  test('falls back after a named model failed, but not if it rejected the request', async () => {
    const { models, upstreams, seen } = await chain({ does: [respondsWithText('A.')] }, { does: [respondsWithError(500)], retries: 0 });
    expect((await models.chat({ ...selection, model: 'b' }, request, options())).routing).toMatchObject({
      model: 'a',
      failed: [{ model: 'b' }],
    });
    upstreams[1]?.setBehaviours(respondsWithError(400));
    await expect(models.chat({ ...selection, model: 'b' }, request, options())).rejects.toMatchObject({
      failure: 'rejected',
      costMicros: 0,
    });
    expect(seen[0]).toHaveLength(1);
  });

  test('fails with the error of the last model and the models that were tried', async () => {
    const { models } = await chain(
      { does: [respondsWithError(500)], retries: 0 },
      { does: [respondsWithError(429, { 'Retry-After': '7' })], retries: 0 },
    );
    const error = await models.chat(selection, request, options()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({
      failure: 'overloaded',
      retryAfterSeconds: 7,
      costMicros: 0,
      routing: { model: 'b', failed: [{ model: 'a', failure: 'unreachable' }] },
    });
  });

  test('throws for an unknown name, and if no model supports the request', async () => {
    const { models, seen } = await chain({ does: [respondsWithText('A.')], capabilities: ['chat'], contextTokens: 1000 });
    const rejection = (changed: Partial<Parameters<typeof models.chat>[0]>, given = request) =>
      models.chat({ ...selection, ...changed }, given, options()).catch((error: ModelError) => [error.failure, error.message]);
    expect(await rejection({ model: 'x' })).toEqual(['unknown_model', 'there is no model "x"']);
    expect(await rejection({ ...selection, needs: ['code'] })).toEqual([
      'unsuitable',
      'no model supports the request: a does not support code',
    ]);
    const long: ChatRequest = { messages: [{ role: 'user', content: 'a'.repeat(4000) }] };
    expect(await rejection({}, long)).toEqual([
      'unsuitable',
      'no model supports the request: a has a context window of 1000 tokens, about 1005 are needed',
    ]);
    expect(seen[0]).toEqual([]);
  });

  test('does not call a failing model while its circuit is open', async () => {
    const breaker = { failures: 2, pauseMs: 60_000 };
    const { models, seen } = await chain({ does: [respondsWithError(500)], retries: 0, breaker }, { does: [respondsWithText('B.')] });
    const healthy = () => models.list().map((card) => [card.id, card.healthy]);
    expect(healthy()).toEqual([
      ['a', true],
      ['b', true],
    ]);
    for (let call = 0; call < 4; call++) expect((await models.chat(selection, request, options())).routing.model).toBe('b');
    expect(healthy()).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(seen[0]).toHaveLength(2);
  });

  test('calls a model again after the pause of its breaker', async () => {
    const breaker = { failures: 1, pauseMs: 1 };
    const { models, upstreams } = await chain({ does: [respondsWithError(500)], retries: 0, breaker }, { does: [respondsWithText('B.')] });
    expect((await models.chat(selection, request, options())).routing.model).toBe('b');
    upstreams[0]?.setBehaviours(respondsWithText('A.'));
    await waitUntil(() => models.list()[0]?.healthy === true);
    expect((await models.chat(selection, request, options())).routing.model).toBe('a');
    expect(models.list()[0]?.healthy).toBe(true);
  });

  test('does not call a model for the time of its Retry-After', async () => {
    const { models, seen } = await chain({ does: [respondsWithError(429, { 'Retry-After': '30' })] }, { does: [respondsWithText('B.')] });
    for (let call = 0; call < 3; call++) expect((await models.chat(selection, request, options())).routing.model).toBe('b');
    expect(seen.map(({ length }) => length)).toEqual([1, 3]);
  });

  test('returns how long the circuit stays open if there is no other model', async () => {
    const { models } = await chain({ does: [respondsWithError(429, { 'Retry-After': '30' })] });
    await expect(models.chat(selection, request, options())).rejects.toMatchObject({ failure: 'overloaded', retryAfterSeconds: 30 });
    const open = { failure: 'circuit_open', code: 'unavailable', retryAfterSeconds: 30, headers: { 'Retry-After': '30' } };
    await expect(models.chat(selection, request, options())).rejects.toMatchObject(open);
  });

  test('waits for a short Retry-After and retries', async () => {
    const { models, seen } = await chain({ does: [respondsWithError(429, { 'Retry-After': '0.2' }), respondsWithText('A.')] });
    const start = performance.now();
    expect((await models.chat(selection, request, options())).answer.text).toBe('A.');
    expect(performance.now() - start).toBeGreaterThan(190);
    expect(seen[0]).toHaveLength(2);
  });
});

describe('A stream', () => {
  test.each(['reset', 'end', 'silence'] as const)('that breaks off by %s ends with the billed usage, without a fallback', async (how) => {
    const { models, calls, seen } = await chain(
      { does: [respondsWithText('one two three', { cut: { after: 2, how } })], ...(how === 'silence' ? { idleSeconds: 0.2 } : {}) },
      { does: [respondsWithText('B.')] },
    );
    const { pieces, error } = await streamChat(models);
    expect(pieces).toEqual(['one ', 'two ']);
    expect(error).toBeInstanceOf(ModelError);
    // The 16 bytes of the prompt and its separators; the 8 bytes that arrived.
    const spent = { promptTokens: 8, completionTokens: 2 };
    expect(error).toMatchObject({
      failure: how === 'silence' ? 'timeout' : 'truncated',
      spent,
      costMicros: 12,
      routing: { model: 'a', failed: [] },
    });
    expect(calls).toMatchObject([{ model: 'a', usage: spent, costMicros: 12 }]);
    expect(seen[1]).toEqual([]);
    if (how === 'silence') expect(await seen[0]?.[0]?.ended).toBe('closed');
  });

  test('that breaks off repeatedly opens the circuit, and the next model streams', async () => {
    const breaker = { failures: 3, pauseMs: 60_000 };
    const { models, seen } = await chain(
      { does: [respondsWithText('one two', { cut: { after: 1, how: 'end' } })], breaker },
      { does: [respondsWithText('B.')] },
    );
    for (let call = 0; call < 3; call++) {
      expect((await streamChat(models)).error).toMatchObject({ failure: 'truncated' });
    }
    expect(models.list()).toMatchObject([{ healthy: false }, { healthy: true }]);
    expect((await streamChat(models)).pieces).toEqual(['B.']);
    expect(seen.map(({ length }) => length)).toEqual([3, 1]);
  });

  test('continues over pauses that are shorter than the idle time, but longer in sum', async () => {
    const { models } = await chain({ does: [respondsWithText('a b c d e f g h', { pieceMs: 80 })], idleSeconds: 0.5 });
    expect((await streamChat(models)).whole?.answer.text).toBe('a b c d e f g h');
  });

  test('requests the usage from the endpoint, and estimates it if there is none', async () => {
    const { models, seen } = await chain({
      does: [respondsWithText('one two'), respondsWithText('one two', { usage: null, finish: 'length' })],
    });
    const usage = async () => (await streamChat(models)).whole?.answer;
    expect(await usage()).toMatchObject({ usage: { promptTokens: 11, completionTokens: 7 }, choices: [{ finish_reason: 'stop' }] });
    expect(await usage()).toMatchObject({ usage: { promptTokens: 8, completionTokens: 2 }, choices: [{ finish_reason: 'length' }] });
    expect(seen[0]?.[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  test('holds a slot until its end, whether it was read to the end or left', async () => {
    const slow = respondsWithText('one two three', { cut: { after: 1, how: 'silence' } });
    const { models, upstreams } = await chain({ does: [slow], concurrency: 1, queue: 0, retries: 0 });
    const caller = new AbortController();
    const started = Promise.withResolvers<void>();
    const stream = models.chat(selection, request, { ...options(caller.signal), onPart: async () => started.resolve() });
    await started.promise;
    await expect(models.chat(selection, request, options())).rejects.toMatchObject({ failure: 'overloaded' });
    caller.abort(new Error('left'));
    await expect(stream).rejects.toThrow('left');
    upstreams[0]?.setBehaviours(respondsWithText('A.'));
    expect((await streamChat(models)).pieces).toEqual(['A.']);
    expect((await models.chat(selection, request, options())).answer.text).toBe('A.');
  });

  test('does not count the time that the caller takes to read a part', async () => {
    const { models } = await chain({ does: [respondsWithText('one two')], idleSeconds: 0.2 });
    const pieces: string[] = [];
    const onPart = async (part: ChatDelta) => {
      await sleep(300);
      pieces.push(contentOf(part));
    };
    await models.chat(selection, request, { ...options(), onPart });
    expect(pieces).toEqual(['one ', 'two']);
  });

  test('gives a conversation longer than captions', async () => {
    const slow = respondsWithText('{"captions": ["A."]}', { delayMs: 400 });
    const { models } = await chain({ does: [slow], attemptSeconds: 0.1, retries: 0, conversation: { attemptSeconds: 60 } });
    expect((await models.chat(selection, request, options())).answer.text).toContain('A.');
    const given = { ...options(), operation: 'generate' } as const;
    await expect(models.captions({ needs: ['captions'] }, captions, given)).rejects.toMatchObject({ failure: 'timeout' });
  });

  test('announces the model once, before the first part', async () => {
    const { models } = await chain({ does: [respondsWithError(400)] }, { does: [respondsWithText('one two')] });
    const events: string[] = [];
    const onStart = async ({ model }: Routing) => void events.push(`start ${model}`);
    await models.chat(selection, request, { ...options(), onStart, onPart: async (part) => void events.push(contentOf(part)) });
    expect(events).toEqual(['start b', 'one ', 'two']);
  });

  test('of captions sends each when it is complete, and returns the whole', async () => {
    const text = '{"captions": ["Two wheels.", "Red and ready.", "Too many"], "hashtags": ["#Bicycle"], "language": "en"}';
    const { models } = await chain({ does: [respondsWithText(text)] });
    const { pieces, whole } = await streamCaptions(models);
    expect(pieces).toEqual(['Two wheels.', 'Red and ready.']);
    expect(whole?.answer).toMatchObject({ captions: pieces, hashtags: ['#Bicycle'], usage: { promptTokens: 11 } });
  });

  test('of captions with an invalid end is the part before it', async () => {
    const { models } = await chain({ does: [respondsWithText('{"captions": ["Two wheels."], oh')] });
    const { pieces, whole } = await streamCaptions(models);
    expect(pieces).toEqual(['Two wheels.']);
    expect(whole?.answer).toMatchObject({ captions: pieces, hashtags: [] });
  });

  test('without a caption reports the usage', async () => {
    const { models } = await chain({ does: [respondsWithText('{"captions": []}')] });
    const { pieces, error } = await streamCaptions(models);
    expect(pieces).toEqual([]);
    expect(error).toMatchObject({ failure: 'invalid_response', spent: { promptTokens: 11, completionTokens: 7 }, costMicros: 25 });
  });
});

describe('A caller that leaves', () => {
  const left = new Error('left');
  const slow = respondsWithText('one two three', { cut: { after: 1, how: 'silence' } });

  test.each<[string, Behaviour, boolean]>([
    ['a whole answer', neverResponds, false],
    ['a stream that has not started', neverResponds, true],
  ])('%s ends the request upstream, without a fallback', async (_, behaviour, isStream) => {
    const { models, calls, seen } = await chain({ does: [behaviour] }, { does: [respondsWithText('B.')] });
    const caller = new AbortController();
    const answer = isStream
      ? streamChat(models, options(caller.signal)).then(({ error }) => error)
      : models.chat(selection, request, options(caller.signal));
    const failed = answer.catch((error: unknown) => error);
    await waitUntil(() => seen[0]?.length !== 0);
    caller.abort(left);
    expect(await failed).toBe(left);
    expect(await seen[0]?.[0]?.ended).toBe('closed');
    expect(seen.map(({ length }) => length)).toEqual([1, 0]);
    expect(calls).toMatchObject([{ outcome: 'cancelled', usage: undefined }]);
  });

  test('in the middle of a stream ends it and is billed for what came', async () => {
    const { models, calls, usages, charges, seen } = await chain({ does: [slow] }, { does: [respondsWithText('B.')] });
    const caller = new AbortController();
    const onPart = async () => {
      await sleep(0);
      caller.abort(left);
    };
    await expect(models.chat(selection, request, { ...options(caller.signal), onPart })).rejects.toBe(left);
    expect(await seen[0]?.[0]?.ended).toBe('closed');
    const spent = { promptTokens: 8, completionTokens: 1 };
    expect(calls).toMatchObject([{ outcome: 'cancelled', usage: spent, costMicros: 10 }]);
    expect(usages).toMatchObject([{ model: 'a', ...spent, costMicros: 10, cached: false }]);
    expect(charges).toEqual([10]);
    expect(seen[1]).toEqual([]);
  });

  test('by its own time limit is reported as a time-out', async () => {
    const { models, calls } = await chain({ does: [neverResponds] });
    const timeout = new Problem('timeout');
    const signal = deadlineSignal(50, () => timeout);
    await expect(models.chat(selection, request, options(signal))).rejects.toBe(timeout);
    expect(calls).toMatchObject([{ outcome: 'timeout' }]);
  });
});
