import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** Answers 504 for what takes longer than `seconds`. */
export function timeout(seconds: number): Middleware {
  return async function timeout(_ctx, next) {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Problem('timeout')), seconds * 1000);
    try {
      await Promise.race([next(), promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
