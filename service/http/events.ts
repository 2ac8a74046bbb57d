import type * as z from 'zod';
import type { Context } from './context.ts';
import { Problem, problemBody } from './problem.ts';

/** Name of an event → what its data hold. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;
export type EventOf<E extends EventSchemas> = { [K in keyof E]: { readonly event: K; readonly data: z.input<E[K]> } }[keyof E];
/** Server-sent events (WHATWG HTML, section 9.2): what comes out of a handler that streams. */
export interface EventStream<E extends EventSchemas> {
  readonly events: AsyncIterable<EventOf<E>>;
}

export const isEventStream = <E extends EventSchemas>(value: unknown): value is EventStream<E> =>
  typeof value === 'object' &&
  value !== null &&
  'events' in value &&
  typeof value.events === 'object' &&
  value.events !== null &&
  Symbol.asyncIterator in value.events;

/** Seconds of silence after which a comment is sent, so that no proxy takes the connection for dead. */
const heartbeatSeconds = 10;

const message = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The next event, or `undefined` after a silence. */
async function soon<T>(next: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), heartbeatSeconds * 1000);
  return Promise.race([next, promise]).finally(() => clearTimeout(timer));
}

/**
 * The text of a stream: each event checked against its schema, comments in silences, and where it fails an event `error` that
 * holds the problem.
 */
export async function* eventText<E extends EventSchemas>({ events }: EventStream<E>, schemas: E, ctx: Context): AsyncGenerator<string> {
  const source = events[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = source.next();
      let result = await soon(next);
      for (; result === undefined; result = await soon(next)) yield ': still there\n\n';
      if (result.done) return;
      const { event, data } = result.value;
      yield message(String(event), schemas[event]?.parse(data));
    }
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
    if (problem.status >= 500) ctx.app.emit('error', problem.cause ?? problem, ctx);
    yield message('error', problemBody(problem, ctx.state.requestId));
  } finally {
    await source.return?.();
  }
}
