import type * as z from 'zod';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { timings } from '../../contract/timings.ts';
import type { Context } from './context.ts';
import { errorFormatOf } from './error-formats.ts';
import { toProblem } from './to-problem.ts';

/** Name of an event → what its data hold. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;
export type EventOf<E extends EventSchemas> = { [K in keyof E]: { readonly event: K; readonly data: z.input<E[K]> } }[keyof E];
/** Server-sent events (WHATWG HTML, section 9.2): what comes out of a handler that streams. */
export interface EventStream<E extends EventSchemas> {
  readonly events: AsyncIterable<EventOf<E>>;
}
/** Events that all have the same form and no name, as the OpenAI API streams. */
export interface ChunkStream<S extends z.ZodType> {
  readonly chunks: AsyncIterable<z.input<S>>;
}

const holdsStream = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in Object(Reflect.get(value, key));
export const isEventStream = (value: unknown): value is EventStream<EventSchemas> => holdsStream(value, 'events');
export const isChunkStream = (value: unknown): value is ChunkStream<z.ZodType> => holdsStream(value, 'chunks');

/** The next event, or `undefined` after a silence: then a comment is sent, so that no proxy takes the connection for dead. */
async function soon<T>(next: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timings.heartbeat * 1000);
  return Promise.race([next, promise]).finally(() => clearTimeout(timer));
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (event: string, value: unknown) => `event: ${event}\n${data(value)}`;

/** What a stream needs to know of its request. */
type Answered = Pick<Context, 'app' | 'state'>;

/** How the parts of a stream are written. */
interface Wire<T> {
  part(value: T): string;
  failure(error: object): string;
  readonly end: string;
}

/** A stream as text; whoever takes it closes the source at the end. */
export interface SerializedStream {
  readonly source: AsyncIterator<unknown>;
  readonly text: AsyncGenerator<string>;
}

/** The text of a stream, with comments in silences; where it fails, the problem is its last part. */
async function* textOf<T>(source: AsyncIterator<T>, { part, failure, end }: Wire<T>, ctx: Answered): AsyncGenerator<string> {
  try {
    while (true) {
      const next = source.next();
      let result = await soon(next);
      for (; result === undefined; result = await soon(next)) yield ': still there\n\n';
      if (result.done) break;
      yield part(result.value);
    }
    yield end;
  } catch (error) {
    ctx.state.streamFailed = true;
    const problem = toProblem(error);
    if (problem.status >= 500) ctx.app.emit('error', problem.logged, ctx);
    const form = errorFormatOf(ctx.state.endpoint === undefined ? {} : endpointOf(ctx.state.endpoint));
    yield failure(form.body(problem, ctx.state.requestId));
  }
}

function written<T>(stream: AsyncIterable<T>, wire: Wire<T>, ctx: Answered): SerializedStream {
  const source = stream[Symbol.asyncIterator]();
  return { source, text: textOf(source, wire, ctx) };
}

/** Each event checked against its schema; a failure is an event `error` that holds the problem. */
export function serializeEvents({ events }: EventStream<EventSchemas>, schemas: EventSchemas, ctx: Answered): SerializedStream {
  const part = ({ event, data: value }: EventOf<EventSchemas>) => named(event, schemas[event]?.parse(value));
  return written(events, { part, failure: (error) => named('error', error), end: '' }, ctx);
}

/** Each chunk checked against its schema; `[DONE]` at the end of a stream that is whole. */
export function serializeChunks({ chunks }: ChunkStream<z.ZodType>, schema: z.ZodType, ctx: Answered): SerializedStream {
  return written(chunks, { part: (value) => data(schema.parse(value)), failure: data, end: 'data: [DONE]\n\n' }, ctx);
}
