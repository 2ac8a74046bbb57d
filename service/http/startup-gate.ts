import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifecycle } from '../runtime/shutdown.ts';
import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';
import { unavailable } from './problem.ts';

/** Longest that a request waits for the end of the start, in milliseconds. */
const patience = 1000;

/** While the process starts, requests wait a moment for its end, then get 503; only probes and metrics are answered. */
export function startupGate(lifecycle: Lifecycle): Middleware {
  return async function starting(ctx, next) {
    if (lifecycle.state === 'starting' && !isProbe(ctx.path)) {
      await Promise.race([lifecycle.started, sleep(patience, undefined, { ref: false })]);
      if (lifecycle.state === 'starting') throw unavailable('The process is starting.', 1);
    }
    await next();
  };
}
