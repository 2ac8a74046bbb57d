import { timings } from '../../contract/timings.ts';
import { startDeadline } from '../runtime/deadline.ts';
import type { Context, Middleware } from './context.ts';
import { Problem, unavailable } from './problem.ts';

/** Allows a connection so many seconds of silence until the response starts. */
function extendSilence({ req: { socket } }: Context, seconds: number): () => void {
  const { timeout = 0 } = socket;
  if (timeout >= seconds * 1000) return () => {};
  socket.setTimeout(seconds * 1000);
  return () => void socket.setTimeout(timeout);
}

/** Responds with 504 if a request takes longer than `seconds`. */
export function requestTimeout(seconds = timings.request): Middleware {
  return async function requestTimeout(ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = startDeadline(seconds * 1000, () => reject(new Problem('timeout')));
    const restore = extendSilence(ctx, seconds);
    try {
      await Promise.race([next(), promise]);
    } finally {
      cancel();
      restore();
    }
  };
}

/** Responds with 503 if `shutdown` aborts before the response starts, so that the client tries another process; streams get its reason as their error. */
export function shutdownGate(shutdown: AbortSignal): Middleware {
  return async function shutdownGate(ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const end = () => reject(shutdown.reason);
    shutdown.addEventListener('abort', end, { once: true });
    ctx.state.shutdown = shutdown;
    try {
      await Promise.race([next(), promise]);
    } finally {
      shutdown.removeEventListener('abort', end);
    }
  };
}

/** The reason of `shutdown`. */
export const stopping = () => unavailable('The process is stopping.', 1);
