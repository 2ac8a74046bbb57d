import type { Logger } from '../telemetry/log.ts';
import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';

/**
 * Logs "Request started" and "Request completed", of probes at level debug, and "HTTP Error" for every status from 400.
 * Query strings are not logged, because they may contain secrets.
 */
export function requestLog(log: Logger): Middleware {
  const lines = log.child({ module: 'http', function: 'requestLog' });
  return async function requestLog(ctx, next) {
    const started = performance.now();
    const level = isProbe(ctx.path) ? 'debug' : 'info';
    const request_id = ctx.state.requestId;
    const { method, path: url, ip: client_ip } = ctx;
    lines[level]({ request_id, method, url, client_ip, user_agent: ctx.req.headers['user-agent'] }, 'Request started');
    await next();
    const process_time = Number(((performance.now() - started) / 1000).toFixed(4));
    if (ctx.status >= 400) lines.warn({ request_id, status_code: ctx.status, path: url, method }, 'HTTP Error');
    lines[level]({ request_id, method, url, status_code: ctx.status, process_time }, 'Request completed');
  };
}
