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

/**
 * Responds with 504 if a request takes longer than `seconds`, and with the reason of `shutdown` if that aborts before the response starts,
 * so that the client tries another process. Streams end with that reason themselves.
 */
export function requestTimeout(seconds = timings.request, shutdown?: AbortSignal): Middleware {
  // One listener for all requests: to remove one of many from a signal takes time in proportion to their number.
  const waiting = new Set<(reason: unknown) => void>();
  shutdown?.addEventListener('abort', () => waiting.forEach((reject) => void reject(shutdown.reason)));
  return async function requestTimeout(ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = startDeadline(seconds * 1000, () => reject(new Problem('timeout')));
    const restore = extendSilence(ctx, seconds);
    if (shutdown !== undefined) {
      ctx.state.shutdown = shutdown;
      waiting.add(reject);
    }
    try {
      await Promise.race([next(), promise]);
    } finally {
      waiting.delete(reject);
      cancel();
      restore();
    }
  };
}

/** The reason of `shutdown`. */
export const stopping = () => unavailable('The process is stopping.', 1);
