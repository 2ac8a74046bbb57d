import { Readable } from 'node:stream';
import type Koa from 'koa';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { Caller } from './caller.ts';

/** What the middlewares know about one request. */
export interface State {
  requestId: string;
  /** Set once the route is known. */
  endpoint?: EndpointName;
  /** Who calls; not set for callers without a valid credential. */
  caller?: Caller;
  /** The bytes of the body, once they were read. */
  body?: Promise<Buffer>;
  /** The answer is kept for whoever asks again, so that a caller's leaving does not end the work. */
  storesResponse?: true;
  /** The answer is a stream and broke off, which its last part says. */
  streamFailed?: true;
}
export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;

/** Who calls, where the endpoint's permission has made sure that somebody does. */
export function callerOf(ctx: Context): Caller {
  const { caller } = ctx.state;
  if (caller === undefined) throw new Error('this endpoint asks for no credential');
  return caller;
}

/** One for all: making an error for every answer would cost more than most of its other parts. */
const left = new DOMException('The caller left', 'AbortError');

/**
 * Aborts when the caller leaves, and when it was answered: what still runs for it then is for nobody. An answer that is kept for
 * whoever asks again is made to its end, unless it is a stream.
 */
export function disconnectSignal(ctx: Context): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => {
    const goesOn = ctx.state.storesResponse && !ctx.res.writableFinished && !(ctx.body instanceof Readable);
    if (!goesOn) controller.abort(left);
  });
  return controller.signal;
}
