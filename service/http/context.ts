import { Readable } from 'node:stream';
import type Koa from 'koa';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { TraceIds } from '../telemetry/traced.ts';
import type { Caller } from './caller.ts';

/** The state of one request. */
export interface State {
  requestId: string;
  /** Set if the request is traced. */
  trace?: TraceIds | undefined;
  /** Set once the request is routed. */
  endpoint?: EndpointName;
  /** The authenticated caller; not set without a valid credential. */
  caller?: Caller;
  /** Maximum bytes of the body, if settings lower the limit of the endpoint. */
  maxBodyBytes?: number;
  /** The bytes of the body, once reading has started. */
  body?: Promise<Buffer>;
  /** Aborts when the process is about to close all connections; set for endpoints that call models. */
  shutdown?: AbortSignal;
  /** The response will be stored for retries with the same Idempotency-Key, so that a disconnect does not cancel the work. */
  storesResponse?: true;
  /** The response is a stream that failed; its last part contains the error. */
  streamFailed?: true;
}
export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;

/** The caller of an endpoint that requires a permission. */
export function callerOf(ctx: Context): Caller {
  const { caller } = ctx.state;
  if (caller === undefined) throw new Error('this endpoint requires no credential');
  return caller;
}

/** Shared: creating an error, with its stack, for every response would be slow. */
const disconnected = new DOMException('The client disconnected', 'AbortError');

/**
 * Aborts when the client disconnects, and at the end of the response. If the response will be stored for retries, a disconnect does not
 * abort the work, unless the response is a stream.
 */
export function disconnectSignal(ctx: Context): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => {
    const continues = ctx.state.storesResponse && !ctx.res.writableFinished && !(ctx.body instanceof Readable);
    if (!continues) controller.abort(disconnected);
  });
  return controller.signal;
}
