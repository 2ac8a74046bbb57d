import type { Logger } from '../telemetry/log.ts';
import type { Context, Middleware } from './context.ts';
import { Problem, problemBody } from './problem.ts';

/** Answers with a problem document (RFC 9457). */
function answer(ctx: Context, problem: Problem): void {
  ctx.set({ ...problem.headers });
  ctx.status = problem.status;
  ctx.body = JSON.stringify(problemBody(problem, ctx.state.requestId));
  ctx.type = 'application/problem+json';
}

/** nginx's number for a caller who closed the connection before the answer: only metrics and logs see it. */
const callerLeft = 499;
const hasLeft = (ctx: Context, error: unknown) => ctx.res.destroyed && error instanceof DOMException && error.name === 'AbortError';

/** The one error sink: known problems keep their code, anything else is a 500 that tells the caller nothing and the log all. */
export function errors(log: Logger): Middleware {
  const lines = log.child({ module: 'http', function: 'errors' });
  return async function errors(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (hasLeft(ctx, error)) {
        ctx.status = callerLeft;
        return;
      }
      const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
      if (problem.status >= 500) {
        const line = { request_id: ctx.state.requestId, code: problem.code, error: problem.cause ?? problem };
        lines[problem.code === 'internal' ? 'error' : 'warn'](line, problem.message);
      }
      answer(ctx, problem);
    }
  };
}
