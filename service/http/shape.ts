import { Readable } from 'node:stream';
import * as z from 'zod';
import type { Context } from './context.ts';
import { type EventSchemas, type EventStream, eventText, isEventStream } from './events.ts';

/** How an endpoint answers a value of type `V`; `content` describes it by media type. */
export interface Answer<V> {
  readonly status: 200 | 201 | 202 | 204;
  readonly content: Readonly<Record<string, z.ZodType>>;
  send(ctx: Context, value: V): void;
}

/**
 * What goes into an endpoint and what comes out: the server checks by it, the OpenAPI document describes it, the client is
 * typed by it. A part that is not taken is `nothing`.
 */
export interface Shape {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly answer: Answer<unknown>;
}
export interface Input<S extends Shape> {
  readonly params: z.output<S['params']>;
  readonly query: z.output<S['query']>;
  readonly body: z.output<S['body']>;
}
type ValueOf<A> = A extends Answer<infer V> ? V : never;
/** A shape without what only the client and the document read. */
export interface Bare<S extends Shape> {
  readonly params: S['params'];
  readonly query: S['query'];
  readonly body: S['body'];
  readonly answer: Answer<ValueOf<S['answer']>>;
}
export type Handler<S extends Shape> = (input: Input<S>, ctx: Context) => ValueOf<S['answer']> | Promise<ValueOf<S['answer']>>;

const nothing = z.undefined();
/** Spread into a shape; the parts that it takes stand after it. */
export const takesNothing = { params: nothing, query: nothing, body: nothing } as const;
/** Whether an endpoint takes this part. */
export const isTaken = (part: z.ZodType) => part !== nothing;

/** Answers JSON that was checked against its schema; what the schema does not declare is stripped. */
function sendJson(ctx: Context, schema: z.ZodType, status: number, value: unknown): void {
  ctx.status = status;
  ctx.body = JSON.stringify(schema.parse(value));
  ctx.type = 'application/json';
}

interface Json<S extends z.ZodType> extends Answer<z.input<S>> {
  readonly schema: S;
}
export function json<S extends z.ZodType>(schema: S, status: 200 | 201 | 202 = 200): Json<S> {
  return { status, schema, content: { 'application/json': schema }, send: (ctx, value) => sendJson(ctx, schema, status, value) };
}

interface JsonOrEvents<S extends z.ZodType, E extends EventSchemas> extends Answer<z.input<S> | EventStream<E>> {
  readonly schema: S;
  readonly events: E;
}
/** JSON, or server-sent events where the caller asked for them. */
export function jsonOrEvents<S extends z.ZodType, E extends EventSchemas>(schema: S, events: E): JsonOrEvents<S, E> {
  return {
    status: 200,
    schema,
    events,
    content: { 'application/json': schema, 'text/event-stream': z.string().describe(`Events: ${Object.keys(events).join(', ')}, error`) },
    send(ctx, value) {
      if (!isEventStream<E>(value)) return sendJson(ctx, schema, 200, value);
      ctx.status = 200;
      ctx.type = 'text/event-stream';
      ctx.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      ctx.body = Readable.from(eventText(value, events, ctx));
    },
  };
}

interface Lines<S extends z.ZodType> extends Answer<AsyncIterable<z.input<S>>> {
  readonly lines: S;
}
/** JSON Lines: one value a line, sent as they come. */
export function jsonLines<S extends z.ZodType>(lines: S): Lines<S> {
  async function* text(values: AsyncIterable<z.input<S>>) {
    for await (const value of values) yield `${JSON.stringify(lines.parse(value))}\n`;
  }
  return {
    status: 200,
    lines,
    content: { 'application/jsonl': lines },
    send(ctx, values) {
      ctx.status = 200;
      ctx.type = 'application/jsonl';
      ctx.body = Readable.from(text(values), { objectMode: true });
    },
  };
}

/** Text of a media type. */
export function text(type: string): Answer<string> {
  return {
    status: 200,
    content: { [type]: z.string() },
    send(ctx, value) {
      ctx.body = value;
      ctx.type = type;
    },
  };
}

/** No body at all. */
export const noContent: Answer<void> = {
  status: 204,
  content: {},
  send(ctx) {
    ctx.status = 204;
  },
};
