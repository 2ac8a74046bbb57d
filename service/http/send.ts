import { Readable } from 'node:stream';
import type * as z from 'zod';
import type { Context } from './context.ts';
import { jsonText } from './json-text.ts';
import {
  isChunkStream,
  isEventStream,
  type SerializedStream,
  serializeChunks,
  serializeEvents,
  serializeNumberedEvents,
} from './server-sent-events.ts';
import type { Answer, FileContent } from './shape.ts';

/** A handler returned a value that its shape does not declare: a bug of the service. */
const invalidResult = (kind: Answer['kind']) => new TypeError(`the handler returned no value for a response of the kind ${kind}`);

const isLines = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

function sendJson(ctx: Context, status: number, schema: z.ZodType, value: unknown): void {
  const checked = jsonText(schema.parse(value));
  ctx.status = status;
  ctx.body = checked;
  ctx.type = 'application/json';
}

/** A stream closes its connection: otherwise the connection could delay the shutdown. */
const streamed = { 'Cache-Control': 'no-store', Connection: 'close' };

function sendEvents(ctx: Context, { source, text }: SerializedStream): void {
  ctx.status = 200;
  ctx.type = 'text/event-stream';
  ctx.set({ ...streamed, 'X-Accel-Buffering': 'no' });
  // Closes the source with the body, even if nothing was read. The source logs its own errors.
  ctx.body = Readable.from(text).once('close', () => void source.return?.().catch(() => {}));
}

async function* linesText(schema: z.ZodType, values: AsyncIterable<unknown>) {
  for await (const value of values) yield jsonText(schema.parse(value));
}

function sendLines(ctx: Context, schema: z.ZodType, value: unknown): void {
  if (!isLines(value)) throw invalidResult('jsonLines');
  ctx.status = 200;
  ctx.type = 'application/jsonl';
  ctx.set(streamed);
  ctx.body = Readable.from(linesText(schema, value), { objectMode: true });
}

function sendText(ctx: Context, type: string, value: unknown): void {
  if (typeof value !== 'string') throw invalidResult('text');
  ctx.body = value;
  ctx.type = type;
}

const isFile = (value: unknown): value is FileContent =>
  typeof value === 'object' && value !== null && 'bytes' in value && 'content' in value && isLines(value.content);

/** Clients save the file: a browser must not open it as a page of this origin. */
function sendFile(ctx: Context, value: unknown): void {
  if (!isFile(value)) throw invalidResult('file');
  const { type, name, bytes, content } = value;
  ctx.status = 200;
  ctx.body = Readable.from(content, { objectMode: false });
  ctx.type = type;
  ctx.length = bytes;
  ctx.set({ 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'private, no-store', Connection: 'close' });
}

/** Writes the result of a handler as its endpoint declares it. Throws if the result does not match, so that the caller gets a 500. */
export function send(ctx: Context, answer: Answer, value: unknown): void {
  if (answer.kind === 'json') sendJson(ctx, answer.status, answer.schema, value);
  else if (answer.kind === 'jsonLines') sendLines(ctx, answer.lines, value);
  else if (answer.kind === 'text') sendText(ctx, answer.type, value);
  else if (answer.kind === 'file') sendFile(ctx, value);
  else if (answer.kind === 'noContent') ctx.status = answer.status;
  else if (answer.kind === 'jsonOrEvents' && isEventStream(value)) sendEvents(ctx, serializeEvents(value, answer.events, ctx));
  else if (answer.kind === 'jsonOrNumberedEvents' && isEventStream(value))
    sendEvents(ctx, serializeNumberedEvents(value, answer.events, ctx));
  else if (answer.kind === 'jsonOrChunks' && isChunkStream(value)) sendEvents(ctx, serializeChunks(value, answer.chunk, ctx));
  else sendJson(ctx, answer.status, answer.schema, value);
}
