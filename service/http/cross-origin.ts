import cors from '@koa/cors';
import type { Middleware } from './context.ts';
import { responseHeaderNames } from './response-headers.ts';

const preflightSeconds = 600;

/** Lets browsers call from the origins of CORS_ORIGINS and from no other (guide row API-33). */
export function crossOrigin(origins: readonly string[]): Middleware {
  const allowed = new Set(origins);
  // No origin may call: the answer is the same for all, and nothing needs to be said.
  if (allowed.size === 0) return (_ctx, next) => next();
  return cors({
    origin: (ctx) => (allowed.has(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    allowHeaders: 'Authorization,Content-Type,Idempotency-Key,X-Request-ID',
    exposeHeaders: responseHeaderNames.join(),
    maxAge: preflightSeconds,
  });
}
