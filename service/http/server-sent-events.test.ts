import { afterEach, describe, expect, jest, test } from '@jest/globals';
import Koa from 'koa';
import * as z from 'zod';
import { timings } from '../../contract/timings.ts';
import type { State } from './context.ts';
import { serializeChunks, serializeEvents, serializeNumberedEvents } from './server-sent-events.ts';

afterEach(() => {
  jest.useRealTimers();
});

const ctx = () => ({ app: new Koa<State>().on('error', () => {}), state: { requestId: 'request-1' } });
const schemas = { word: z.object({ text: z.string() }) };
async function* words(...texts: readonly string[]) {
  for (const text of texts) yield { event: 'word', data: { text, secret: 'not declared' } };
}
async function* failing() {
  yield { event: 'word', data: { text: 'one' } };
  throw new TypeError('password=hunter2');
}
const read = async (text: AsyncIterable<string>) => {
  const parts = [];
  for await (const part of text) parts.push(part);
  return parts;
};

describe('The text of a stream', () => {
  test('is an event for each, holding what its schema declares and nothing else', async () => {
    expect((await read(serializeEvents({ events: words('one', 'two') }, schemas, ctx()).text)).join('')).toBe(
      'event: word\ndata: {"text":"one"}\n\nevent: word\ndata: {"text":"two"}\n\n',
    );
  });

  test('sends a failure as its last event, without internals', async () => {
    const context = ctx();
    const seen: unknown[] = [];
    context.app.on('error', (error) => seen.push(error));
    const [, last = ''] = await read(serializeEvents({ events: failing() }, schemas, context).text);
    expect(last).toMatch(/^event: error\ndata: .*"code":"internal".*"request_id":"request-1"/);
    expect(last).not.toContain('hunter2');
    expect(seen).toEqual([expect.objectContaining({ message: 'password=hunter2' })]);
  });

  test('numbers events and repeats their names if it is one of numbered events, whose failure is an error of OpenAI', async () => {
    const context = { ...ctx(), state: { requestId: 'request-1', endpoint: 'createResponse' as const } };
    const parts = await read(serializeNumberedEvents({ events: failing() }, schemas, context).text);
    expect(parts[0]).toBe('event: word\ndata: {"type":"word","sequence_number":0,"text":"one"}\n\n');
    const [name, data = ''] = parts[1]?.split('\ndata: ') ?? [];
    expect(name).toBe('event: error');
    const [type, code] = ['error', 'internal'];
    const error = expect.objectContaining({ code, type: 'server_error' });
    expect(JSON.parse(data)).toMatchObject({ type, sequence_number: 1, code, message: expect.any(String), param: null, error });
    expect(parts).toHaveLength(2);
  });

  test('that fails does not say that it is whole', async () => {
    async function* chunks() {
      yield* [];
      throw new TypeError('no');
    }
    expect((await read(serializeChunks({ chunks: chunks() }, z.unknown(), ctx()).text)).join('')).not.toContain('[DONE]');
    expect(await read(serializeChunks({ chunks: words() }, z.unknown(), ctx()).text)).toEqual(['data: [DONE]\n\n']);
  });

  test('has a comment after each long pause, and then continues', async () => {
    jest.useFakeTimers();
    const { promise: silence, resolve: end } = Promise.withResolvers<void>();
    async function* late() {
      await silence;
      yield* words('late');
    }
    const { text } = serializeEvents({ events: late() }, schemas, ctx());
    for (let at = 0; at < 3; at += 1) {
      const next = text.next();
      await jest.advanceTimersByTimeAsync(timings.heartbeat * 1000);
      expect((await next).value).toBe(': heartbeat\n\n');
    }
    end();
    expect((await text.next()).value).toContain('"late"');
  });
});
