import { endpoints } from '../../contract/endpoints/index.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Middleware } from '../http/context.ts';
import { Problem } from '../http/problem.ts';

/**
 * If METRICS_PORT is set, /metrics on other ports returns a 404 with the port of the metrics, so that clients can distinguish it from a
 * missing endpoint. `leyenda validate` relies on it.
 */
export function metricsPortHint({ ENABLE_METRICS, METRICS_PORT }: Pick<Settings, 'ENABLE_METRICS' | 'METRICS_PORT'>): Middleware {
  const { path } = endpoints.metrics;
  // 0 selects a free port, which only the log contains.
  const port = METRICS_PORT === 0 ? 'a port of their own' : `port ${METRICS_PORT}`;
  return function metricsOnOtherPort(ctx, next) {
    if (!ENABLE_METRICS || METRICS_PORT === undefined || ctx.path !== path) return next();
    throw new Problem('metrics_on_other_port', { detail: `Metrics are on ${port} (METRICS_PORT), not on this port.` });
  };
}
