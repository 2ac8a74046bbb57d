import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import * as z from 'zod';
import { ApiProblem } from '../client/problem.ts';
import { readEvents, readResponse } from '../client/read.ts';
import { createLogger } from '../telemetry/log.ts';
import type { State } from './context.ts';
import { errorHandler } from './error-handler.ts';
import { Problem } from './problem.ts';
import { type Handler, invalidBody, route } from './route.ts';
import { json, jsonLines, jsonOrEvents, noContent, noInput, type Shape, text } from './shape.ts';

const item = z.object({ name: z.string(), size: z.int() });
const cat = { name: 'cat', size: 4 };

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each[Symbol.asyncDispose]();
});

/** Answers of a handler that is mounted alone, and what was logged. */
async function answerOf<S extends Shape>(shape: S, handler: Handler<S>) {
  const lines: string[] = [];
  const app = new Koa<State>();
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  app.on('error', (error: Error) => log.warn({ error }, 'Answer not delivered'));
  app.use((ctx, next) => {
    ctx.state.requestId = 'request-0001';
    return next();
  });
  app.use(errorHandler(log)).use(route(shape, handler).handle);
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  closing.push(server);
  await once(server, 'listening');
  const address = server.address();
  return { response: await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`), lines };
}
/** A value of another type than a handler may give, as a mistake that the compiler did not see. */
const mistaken = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('A value that matches no branch of a union', () => {
  const part = z.discriminatedUnion('type', [z.object({ type: z.literal('text'), text: z.string('must be a text') })], 'must be text');
  const either = z.union([z.string(), z.array(part)], 'must be a text or a list of parts');
  test.each([
    ['the field inside of the branch with its type', [{ type: 'text' }], '/input/0/text', 'must be a text'],
    ['the type that no part has', [{ type: 'video' }], '/input/0/type', 'must be text'],
    ['the union if no branch has its type', 7, '/input', 'must be a text or a list of parts'],
  ])('is reported with %s', (_what, input, pointer, message) => {
    const { error = new z.ZodError([]) } = z.object({ input: either }).safeParse({ input });
    expect(invalidBody(error).errors).toEqual([{ pointer, message }]);
  });
});

describe('What a handler gives', () => {
  test('is sent as JSON without what the schema does not declare', async () => {
    const given = { ...cat, password: 'hunter2' };
    const { response } = await answerOf({ ...noInput, answer: json(item, 201) }, () => given);
    expect([response.status, await response.json()]).toEqual([201, cat]);
  });

  test.each<[string, unknown]>([
    ['has no name', { name: 'cat' }],
    ['has a field of another type', { name: 'cat', size: 'large' }],
    ['is nothing', null],
  ])('and %s is a 500 without details for the caller, and the log has the invalid field', async (_what, value) => {
    const { response, lines } = await answerOf({ ...noInput, answer: json(item) }, () => mistaken(value));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('size');
    expect(lines.join('')).toMatch(/ZodError.*(size|expected object)/s);
  });

  test.each([text('text/plain'), jsonLines(item)])('is a 500 where it is no value for the kind %j', async (answer) => {
    const { response, lines } = await answerOf({ ...noInput, answer }, () => mistaken({ a: 1 }));
    expect(response.status).toBe(500);
    expect(lines.join('')).toContain(answer.kind);
  });

  test('may be no body at all', async () => {
    const { response } = await answerOf({ ...noInput, answer: noContent }, () => undefined);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await readResponse('health', noContent, response)).toBeUndefined();
  });
});

describe('Lines', () => {
  const answer = jsonLines(item);
  async function* items(...values: readonly unknown[]) {
    for (const value of values) yield mistaken(value);
  }

  test('come to the client as the values that were given', async () => {
    const { response } = await answerOf({ ...noInput, answer }, () => items(cat, { ...cat, name: 'a\r\nb\u2028' }));
    const read = await readResponse('health', answer, response);
    expect(isIterable(read) && (await Array.fromAsync(read))).toEqual([cat, { ...cat, name: 'a\r\nb\u2028' }]);
  });

  test('that are invalid abort the response, so that clients do not mistake a part for the whole', async () => {
    const { response, lines } = await answerOf({ ...noInput, answer }, () => items(cat, { name: 'dog' }));
    await expect(response.text()).rejects.toMatchObject({ name: 'TypeError' });
    expect(lines.join('')).toContain('ZodError');
  });
});

describe('Events', () => {
  const answer = jsonOrEvents(item, { item, done: z.object({ count: z.int() }) });
  const shape = { ...noInput, answer };
  const read = async (response: Response) => {
    const found: unknown[] = [];
    try {
      for await (const event of readEvents('health', answer, response)) found.push(event);
    } catch (error) {
      found.push(error);
    }
    return found;
  };

  test('come to the client with their names and values', async () => {
    const { response } = await answerOf(shape, () => ({
      events: (async function* () {
        yield { event: 'item' as const, data: cat };
        yield { event: 'done' as const, data: { count: 1 } };
      })(),
    }));
    expect(response.headers.get('Content-Type')).toMatch(/^text\/event-stream/);
    expect(await read(response)).toEqual([
      { event: 'item', data: cat },
      { event: 'done', data: { count: 1 } },
    ]);
  });

  test('end with the problem that ended them', async () => {
    const { response } = await answerOf(shape, () => ({
      events: (async function* () {
        yield { event: 'item' as const, data: cat };
        throw new Problem('model_failed');
      })(),
    }));
    const [first, problem] = await read(response);
    expect(first).toEqual({ event: 'item', data: cat });
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ code: 'model_failed', status: 502, requestId: 'request-0001' });
  });

  test('are JSON where the handler gives a value', async () => {
    const { response } = await answerOf(shape, () => cat);
    expect(await readResponse('health', answer, response)).toEqual(cat);
  });
});
