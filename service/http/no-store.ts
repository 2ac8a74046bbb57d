import type { Middleware } from './context.ts';

/** Keeps answers of endpoints that take or show credentials out of every cache (RFC 9111, section 5.2.2.5), errors included. */
export function noStore(): Middleware {
  return function noStore(ctx, next) {
    ctx.set('Cache-Control', 'no-store');
    return next();
  };
}
