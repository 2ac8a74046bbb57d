import type { Lifecycle } from '../runtime/shutdown.ts';
import type { Middleware } from './context.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

/** Headers of every response, also of those to requests that the HTTP parser rejects. */
export const commonHeaders = (requestId: string, releaseId: string): Record<string, string> => ({
  ...securityHeaders,
  'X-Request-ID': requestId,
  'X-Release': releaseId,
});

/** Sets the request id and the headers of every response. During shutdown it also closes the connection. */
export function setCommonHeaders(releaseId: string, lifecycle: Lifecycle): Middleware {
  return async function setCommonHeaders(ctx, next) {
    ctx.state.requestId = requestIdOf(ctx.req.headers);
    ctx.set(commonHeaders(ctx.state.requestId, releaseId));
    try {
      await next();
    } finally {
      if (lifecycle.state === 'closing') ctx.set('Connection', 'close');
    }
  };
}
