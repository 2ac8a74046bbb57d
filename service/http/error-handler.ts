import type Koa from 'koa';
import { endpointOf, endpoints } from '../../contract/endpoints/index.ts';
import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';
import { commonHeaders } from './common-headers.ts';
import type { Context, Middleware, State } from './context.ts';
import { errorFormatForPath, errorFormatOf } from './error-formats.ts';
import { jsonText } from './json-text.ts';
import type { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';
import { toProblem } from './to-problem.ts';

/** Headers that describe the response that failed and must not be sent with the error. */
const responseHeaders = [
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

/** Writes a problem in the error format of the endpoint. */
function writeProblem(ctx: Context, problem: Problem): void {
  const { endpoint } = ctx.state;
  const form = endpoint === undefined ? errorFormatForPath(ctx.path) : errorFormatOf(endpointOf(endpoint));
  for (const name of responseHeaders) ctx.remove(name);
  // Without it, a 404 or 405 may be cached (RFC 9110, section 15.1).
  ctx.set({ ...securityHeaders, 'Cache-Control': 'no-store', ...(problem.status === 401 ? challenge : {}), ...problem.headers });
  ctx.status = form.status(problem);
  ctx.body = jsonText(form.body(problem, ctx.state));
  ctx.type = form.type;
}

function report(lines: Pick<Logger, 'error' | 'warn' | 'debug'>, { requestId, endpoint }: State, problem: Problem): void {
  if (problem.status < 500) return;
  const route = endpoint && endpoints[endpoint].path;
  const line = { request_id: requestId, route, code: problem.code, error: problem.logged };
  lines[logLevelFor(problem.cause, problem.code === 'internal' ? 'error' : 'warn')](line, problem.message);
}

/** nginx's status code for a client that closed the connection before the response; it appears in metrics and logs only. */
const clientClosedRequest = 499;
const hasDisconnected = (ctx: Context, error: unknown) => ctx.res.destroyed && error instanceof DOMException && error.name === 'AbortError';

/** Turns errors into problem responses. Unknown errors become a 500 without details; the log has the error. */
export function errorHandler(log: Logger): Middleware {
  const lines = log.child({ module: 'http', function: 'errorHandler' });
  return async function errorHandler(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (hasDisconnected(ctx, error)) {
        ctx.status = clientClosedRequest;
        return;
      }
      const problem = toProblem(error);
      report(lines, ctx.state, problem);
      writeProblem(ctx, problem);
    }
  };
}

/**
 * Replaces Koa's handler of errors that no middleware caught, such as those of middlewares outside of `errorHandler`: the response is a
 * problem with the common headers. An error after the headers were sent is emitted as the app's event `error`.
 */
export function handleUncaughtErrors(app: Koa<State>, log: Logger, releaseId: string): void {
  const lines = log.child({ module: 'http', function: 'handleUncaughtErrors' });
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
    writeProblem(this, problem);
    this.res.end(this.body);
    report(lines, this.state, problem);
  };
}
