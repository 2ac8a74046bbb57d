import type Koa from 'koa';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';
import { commonHeaders } from './common-headers.ts';
import type { Context, Middleware, State } from './context.ts';
import { errorFormatForPath, errorFormatOf } from './error-formats.ts';
import type { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';
import { toProblem } from './to-problem.ts';

/** Headers that describe the response that failed, and not its error. */
const ofTheFailed = [
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'ETag',
  'Idempotency-Replayed',
  'Last-Modified',
  'Link',
  'Location',
  'Transfer-Encoding',
  'X-Accel-Buffering',
];

/** Every 401 names a scheme (RFC 9110, section 11.6.1). */
const challenge = { 'WWW-Authenticate': 'Bearer realm="api"' };

/** Answers in the form of the endpoint's errors. */
function answer(ctx: Context, problem: Problem): void {
  const { endpoint, requestId } = ctx.state;
  const form = endpoint === undefined ? errorFormatForPath(ctx.path) : errorFormatOf(endpointOf(endpoint));
  for (const name of ofTheFailed) ctx.remove(name);
  // A 404 or 405 may be cached otherwise (RFC 9110, section 15.1).
  ctx.set({ ...securityHeaders, 'Cache-Control': 'no-store', ...(problem.status === 401 ? challenge : {}), ...problem.headers });
  ctx.status = form.status(problem);
  ctx.body = JSON.stringify(form.body(problem, requestId));
  ctx.type = form.type;
}

function report(lines: Pick<Logger, 'error' | 'warn' | 'debug'>, requestId: string, problem: Problem): void {
  if (problem.status < 500) return;
  const line = { request_id: requestId, code: problem.code, error: problem.logged };
  lines[logLevelFor(problem.cause, problem.code === 'internal' ? 'error' : 'warn')](line, problem.message);
}

/** nginx's number for a caller who closed the connection before the answer: only metrics and logs see it. */
const callerLeft = 499;
const hasLeft = (ctx: Context, error: unknown) => ctx.res.destroyed && error instanceof DOMException && error.name === 'AbortError';

/** The one error sink: known problems keep their code, anything else is a 500 that tells the caller nothing and the log all. */
export function errorHandler(log: Logger): Middleware {
  const lines = log.child({ module: 'http', function: 'errors' });
  return async function errors(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (hasLeft(ctx, error)) {
        ctx.status = callerLeft;
        return;
      }
      const problem = toProblem(error);
      report(lines, ctx.state.requestId, problem);
      answer(ctx, problem);
    }
  };
}

/**
 * Replaces what Koa does with an error that no middleware caught, also one of the middlewares around the error sink: the response
 * is a problem with the headers of every other one. An error after the headers were sent is reported by the app's event `error`.
 */
export function handleUncaughtErrors(app: Koa<State>, log: Logger, releaseId: string): void {
  const lines = log.child({ module: 'http', function: 'catchAll' });
  app.context.onerror = function onerror(this: Context, error: unknown) {
    // Koa also calls this without an error when a response has ended; a middleware may throw `undefined` before that.
    if (error == null && (this.res.writableEnded || this.res.destroyed)) return;
    if (this.headerSent || !this.writable) {
      app.emit('error', error, this);
      return;
    }
    this.state.requestId ??= requestIdOf(this.req.headers);
    const problem = toProblem(error);
    this.set(commonHeaders(this.state.requestId, releaseId));
    answer(this, problem);
    this.res.end(this.body);
    report(lines, this.state.requestId, problem);
  };
}
