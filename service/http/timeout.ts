import { startDeadline } from '../runtime/deadline.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** Responds with 504 if a request takes longer than `seconds`. */
export function requestTimeout(seconds: number): Middleware {
  return async function requestTimeout(_ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = startDeadline(seconds * 1000, () => reject(new Problem('timeout')));
    try {
      await Promise.race([next(), promise]);
    } finally {
      cancel();
    }
  };
}
