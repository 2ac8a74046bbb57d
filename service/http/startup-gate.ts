import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifecycle } from '../runtime/shutdown.ts';
import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';
import { unavailable } from './problem.ts';

/** Maximum time that a request waits for the end of the startup, in milliseconds. */
const maxWaitMs = 1000;

/** During startup, requests other than probes and metrics wait for its end for a short time, then get 503. */
export function startupGate(lifecycle: Lifecycle): Middleware {
  return async function startupGate(ctx, next) {
    if (lifecycle.state === 'starting' && !isProbe(ctx.path)) {
      await Promise.race([lifecycle.started, sleep(maxWaitMs, undefined, { ref: false })]);
      if (lifecycle.state === 'starting') throw unavailable('The process is starting.', 1);
    }
    await next();
  };
}
