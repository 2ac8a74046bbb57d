import { startDeadline } from '../runtime/deadline.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** Answers 504 for what takes longer than `seconds`. */
export function requestTimeout(seconds: number): Middleware {
  return async function timeout(_ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = startDeadline(seconds * 1000, () => reject(new Problem('timeout')));
    try {
      await Promise.race([next(), promise]);
    } finally {
      cancel();
    }
  };
}
