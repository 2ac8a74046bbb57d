import type { Lifecycle } from '../shutdown.ts';
import type { Middleware } from './context.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security.ts';

/** Headers of every response, whether the application writes it, its last resort or the HTTP parser. */
export const envelopeOf = (requestId: string, releaseId: string): Record<string, string> => ({
  ...securityHeaders,
  'X-Request-ID': requestId,
  'X-Release': releaseId,
});

/** Names the request and sets the headers of every response; a closing process also closes the connection. */
export function envelope(releaseId: string, lifecycle: Lifecycle): Middleware {
  return async function envelope(ctx, next) {
    ctx.state.requestId = requestIdOf(ctx.req.headers);
    ctx.set(envelopeOf(ctx.state.requestId, releaseId));
    try {
      await next();
    } finally {
      if (lifecycle.state === 'closing') ctx.set('Connection', 'close');
    }
  };
}
