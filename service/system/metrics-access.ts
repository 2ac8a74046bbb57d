import type { IncomingMessage } from 'node:http';
import type { Settings } from '../../contract/settings.ts';
import { isAdmin } from '../http/caller.ts';
import type { Middleware } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { isForwarded, isLocal } from '../http/request-origin.ts';

/**
 * Restricts /metrics on ports other than METRICS_PORT to administrators. Without a credential it answers direct calls only: those from
 * this machine (`kubectl port-forward` is one), or from everywhere if METRICS_PORT is not set.
 * @param checks resolve and limit the caller
 */
export function metricsAccess({ METRICS_PORT }: Pick<Settings, 'METRICS_PORT'>, checks: readonly Middleware[]): Middleware[] {
  const isOpen = (request: IncomingMessage) => !isForwarded(request) && (METRICS_PORT === undefined || isLocal(request));
  const requireAdmin: Middleware = ({ state: { caller } }, next) => {
    if (caller === undefined || !isAdmin(caller)) throw new Problem('metrics_not_public');
    return next();
  };
  return [...checks, requireAdmin].map(
    (check): Middleware =>
      (ctx, next) =>
        isOpen(ctx.req) ? next() : check(ctx, next),
  );
}
