import { randomUUID } from 'node:crypto';
import { requestIdPattern } from '../contract/request-id.ts';
import type { Middleware } from './context.ts';

/** Names each request (guide row API-36): the caller's X-Request-ID where it is sane, else a UUID; answered back. */
export function requestId(): Middleware {
  return function requestId(ctx, next) {
    const given = ctx.req.headers['x-request-id'];
    ctx.state.requestId = typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
    ctx.set('X-Request-ID', ctx.state.requestId);
    return next();
  };
}
