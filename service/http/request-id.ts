import { randomUUID } from 'node:crypto';
import type { Middleware } from './context.ts';

/** A caller's id is kept when it can stand in a header and a log line without harm. */
const sane = /^[\w.:-]{8,64}$/;

/** Names each request (guide row API-36): the caller's X-Request-ID where it is sane, else a UUID; answered back. */
export function requestId(): Middleware {
  return function requestId(ctx, next) {
    const given = ctx.req.headers['x-request-id'];
    ctx.state.requestId = typeof given === 'string' && sane.test(given) ? given : randomUUID();
    ctx.set('X-Request-ID', ctx.state.requestId);
    return next();
  };
}
