import { endpointOf } from '../contract/endpoints.ts';
import type { Logger } from '../telemetry/log.ts';
import { asProblem } from './as-problem.ts';
import type { Context, Middleware } from './context.ts';
import { errorFormOf } from './error-forms.ts';
import type { Problem } from './problem.ts';

/** Answers in the form of the endpoint's errors. */
function answer(ctx: Context, problem: Problem): void {
  const form = errorFormOf(ctx.state.endpoint && endpointOf(ctx.state.endpoint));
  ctx.set({ ...problem.headers });
  ctx.status = form.status(problem);
  ctx.body = JSON.stringify(form.body(problem, ctx.state.requestId));
  ctx.type = form.type;
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
      const problem = asProblem(error);
      if (problem.status >= 500) {
        const line = { request_id: ctx.state.requestId, code: problem.code, error: problem.cause ?? problem };
        lines[problem.code === 'internal' ? 'error' : 'warn'](line, problem.message);
      }
      answer(ctx, problem);
    }
  };
}
