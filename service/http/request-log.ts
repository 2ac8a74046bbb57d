import { createAllowance } from '../telemetry/allowance.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';

/** Characters of a User-Agent that are logged: a client may send some KiB. */
const maxUserAgent = 200;

interface RequestLogOptions {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'count'>;
  /** Requests per second that are logged; of those beyond it, the ones that succeed have no lines. */
  readonly perSecond: number;
}

/**
 * Logs "Request started" and "Request completed", of probes at level debug, and "HTTP Error" for every status from 400. Under overload,
 * successful requests are sampled; the next "Request completed" has their number as `requests_not_logged`. Query strings are not logged,
 * because they may contain secrets.
 */
export function requestLog({ log, metrics, perSecond }: RequestLogOptions): Middleware {
  const lines = log.child({ module: 'http', function: 'requestLog' });
  const isAllowed = createAllowance({ burst: perSecond, perSecond });
  let notLogged = 0;
  return async function requestLog(ctx, next) {
    const started = performance.now();
    const level = isProbe(ctx.path) ? 'debug' : 'info';
    const isLogged = level === 'debug' || isAllowed();
    const request_id = ctx.state.requestId;
    const { method, path: url, ip: client_ip } = ctx;
    const request = { request_id, method, url, client_ip, user_agent: ctx.req.headers['user-agent']?.slice(0, maxUserAgent) };
    if (isLogged) lines[level](request, 'Request started');
    await next();
    const process_time = Number(((performance.now() - started) / 1000).toFixed(4));
    const { status: status_code } = ctx;
    if (status_code >= 400) lines.warn({ request_id, status_code, path: url, method }, 'HTTP Error');
    else if (!isLogged) {
      notLogged += 1;
      metrics.count('requestsNotLogged', {});
      return;
    }
    const completed = isLogged ? { request_id, method, url, status_code, process_time } : { ...request, status_code, process_time };
    lines[level](notLogged === 0 ? completed : { ...completed, requests_not_logged: notLogged }, 'Request completed');
    notLogged = 0;
  };
}
