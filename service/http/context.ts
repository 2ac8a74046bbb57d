import type Koa from 'koa';
import type { Caller } from '../accounts/caller.ts';
import type { EndpointName } from '../contract/endpoints.ts';

/** What the middlewares know about one request. */
export interface State {
  requestId: string;
  /** Set once the route is known. */
  endpoint?: EndpointName;
  /** Who calls; not set for callers without a valid credential. */
  caller?: Caller;
  /** The bytes of the body, once they were read. */
  body?: Promise<Buffer>;
}
export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;

/** Who calls, where the endpoint's permission has made sure that somebody does. */
export function callerOf(ctx: Context): Caller {
  const { caller } = ctx.state;
  if (caller === undefined) throw new Error('this endpoint asks for no credential');
  return caller;
}

/** Aborts when the caller leaves, and when it was answered: what still runs for it then is for nobody. */
export function leaving(ctx: Context): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => controller.abort(new DOMException('The caller left', 'AbortError')));
  return controller.signal;
}
