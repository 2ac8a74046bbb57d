import type { Middleware } from './context.ts';

/** Keeps responses with credentials, errors included, out of every cache (RFC 9111, section 5.2.2.5). */
export function noStore(): Middleware {
  return function noStore(ctx, next) {
    ctx.set('Cache-Control', 'no-store');
    return next();
  };
}
