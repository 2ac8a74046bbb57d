import type { Lifecycle } from '../shutdown.ts';
import type { Middleware } from './context.ts';

/** Tells which release answers, and a caller of a process that closes to open its next connection elsewhere. */
export function release(id: string, lifecycle: Lifecycle): Middleware {
  return async function release(ctx, next) {
    ctx.set('X-Release', id);
    await next();
    if (lifecycle.state === 'closing') ctx.set('Connection', 'close');
  };
}
