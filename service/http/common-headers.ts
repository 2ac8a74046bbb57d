import type { Lifecycle } from '../runtime/shutdown.ts';
import type { Middleware } from './context.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

/** Headers of every response, whether the application writes it, its last resort or the HTTP parser. */
export const commonHeaders = (requestId: string, releaseId: string): Record<string, string> => ({
  ...securityHeaders,
  'X-Request-ID': requestId,
  'X-Release': releaseId,
});

/** Names the request and sets the headers of every response; a closing process also closes the connection. */
export function setCommonHeaders(releaseId: string, lifecycle: Lifecycle): Middleware {
  return async function envelope(ctx, next) {
    ctx.state.requestId = requestIdOf(ctx.req.headers);
    ctx.set(commonHeaders(ctx.state.requestId, releaseId));
    try {
      await next();
    } finally {
      if (lifecycle.state === 'closing') ctx.set('Connection', 'close');
    }
  };
}
