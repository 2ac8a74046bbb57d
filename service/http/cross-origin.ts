import cors from '@koa/cors';
import type { Middleware } from './context.ts';
import { responseHeaderNames } from './response-headers.ts';

const preflightSeconds = 600;

/**
 * Allows browsers to call from the origins in CORS_ORIGINS only, with any request header: client libraries add headers of their own
 * (`x-stainless-*`). Without a list, @koa/cors allows the headers that the preflight requests.
 */
export function crossOrigin(origins: readonly string[]): Middleware {
  const allowed = new Set(origins);
  // Without allowed origins, no response needs CORS headers.
  if (allowed.size === 0) return (_ctx, next) => next();
  return cors({
    origin: (ctx) => (allowed.has(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    // No page can read cookies of a response.
    exposeHeaders: responseHeaderNames.filter((name) => name !== 'Set-Cookie').join(),
    maxAge: preflightSeconds,
  });
}
