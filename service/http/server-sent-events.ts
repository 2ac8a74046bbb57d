import * as z from 'zod';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { timings } from '../../contract/timings.ts';
import type { Context } from './context.ts';
import { errorFormatOf } from './error-formats.ts';
import { openAiErrorResponse } from './problem-schemas.ts';
import { toProblem } from './to-problem.ts';

/** Schemas of the data by event name. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;
export type EventOf<E extends EventSchemas> = { [K in keyof E]: { readonly event: K; readonly data: z.input<E[K]> } }[keyof E];
/** The result of a handler that streams server-sent events (WHATWG HTML, section 9.2). */
export interface EventStream<E extends EventSchemas> {
  readonly events: AsyncIterable<EventOf<E>>;
}
/** Unnamed events with one schema, as the OpenAI API streams. */
export interface ChunkStream<S extends z.ZodType> {
  readonly chunks: AsyncIterable<z.input<S>>;
}

const holdsStream = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in Object(Reflect.get(value, key));
export const isEventStream = (value: unknown): value is EventStream<EventSchemas> => holdsStream(value, 'events');
export const isChunkStream = (value: unknown): value is ChunkStream<z.ZodType> => holdsStream(value, 'chunks');

/** The next event; undefined if a heartbeat is due, so that proxies do not close an idle connection. */
async function nextOrHeartbeat<T>(next: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timings.heartbeat * 1000);
  return Promise.race([next, promise]).finally(() => clearTimeout(timer));
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (event: string, value: unknown) => `event: ${event}\n${data(value)}`;

/** The part of the request context that a stream uses. */
type RequestContext = Pick<Context, 'app' | 'state'>;

/** How the parts of a stream are written. */
interface Framing<T> {
  part(value: T): string;
  failure(error: object): string;
  readonly end: string;
}

/** A stream as text. The reader closes the source at the end. */
export interface SerializedStream {
  readonly source: AsyncIterator<unknown>;
  readonly text: AsyncGenerator<string>;
}

/** The text of a stream, with comments as heartbeats. If it fails, the problem is its last part. */
async function* textOf<T>(source: AsyncIterator<T>, { part, failure, end }: Framing<T>, ctx: RequestContext): AsyncGenerator<string> {
  try {
    while (true) {
      const next = source.next();
      let result = await nextOrHeartbeat(next);
      for (; result === undefined; result = await nextOrHeartbeat(next)) yield ': heartbeat\n\n';
      if (result.done) break;
      yield part(result.value);
    }
    yield end;
  } catch (error) {
    ctx.state.streamFailed = true;
    const problem = toProblem(error);
    if (problem.status >= 500) ctx.app.emit('error', problem.logged, ctx);
    const form = errorFormatOf(ctx.state.endpoint === undefined ? {} : endpointOf(ctx.state.endpoint));
    yield failure(form.body(problem, ctx.state));
  }
}

function serialize<T>(stream: AsyncIterable<T>, framing: Framing<T>, ctx: RequestContext): SerializedStream {
  const source = stream[Symbol.asyncIterator]();
  return { source, text: textOf(source, framing, ctx) };
}

/** Events, validated by their schemas. If the stream fails, the last event is `error` with the problem. */
export function serializeEvents({ events }: EventStream<EventSchemas>, schemas: EventSchemas, ctx: RequestContext): SerializedStream {
  const part = ({ event, data: value }: EventOf<EventSchemas>) => named(event, schemas[event]?.parse(value));
  return serialize(events, { part, failure: (error) => named('error', error), end: '' }, ctx);
}

/** The fields that the data of every numbered event have in addition. */
export const numberedEvent = (name: z.ZodType<string>) =>
  z.object({ type: name.describe('Name of the event'), sequence_number: z.int().describe('Number of the event, from 0') });

const { message, param, code } = openAiErrorResponse.shape.error.shape;
/** The data of the event `error`: clients read the error in one of two places. */
export const numberedErrorData = openAiErrorResponse.extend({ message, param, code });

/** Events whose data have the name and the number of the event too, validated by their schemas. */
export function serializeNumberedEvents(
  { events }: EventStream<EventSchemas>,
  schemas: EventSchemas,
  ctx: RequestContext,
): SerializedStream {
  let sent = 0;
  const numbered = (event: string, value: unknown) => named(event, { type: event, sequence_number: sent++, ...Object(value) });
  const part = ({ event, data: value }: EventOf<EventSchemas>) => numbered(event, schemas[event]?.parse(value));
  const failure = (body: object) => {
    const { error } = openAiErrorResponse.parse(body);
    return numbered('error', numberedErrorData.parse({ ...error, error }));
  };
  return serialize(events, { part, failure, end: '' }, ctx);
}

/** Chunks, validated by their schema. A complete stream ends with `[DONE]`. */
export function serializeChunks({ chunks }: ChunkStream<z.ZodType>, schema: z.ZodType, ctx: RequestContext): SerializedStream {
  return serialize(chunks, { part: (value) => data(schema.parse(value)), failure: data, end: 'data: [DONE]\n\n' }, ctx);
}
