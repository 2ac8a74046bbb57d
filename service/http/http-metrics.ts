import { endpoints } from '../../contract/endpoints/index.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Middleware } from './context.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times each request; labels are bounded: the route's template, and known methods (guide rows OB-01, OB-02). */
export function httpMetrics(metrics: Metrics): Middleware {
  return async function measuring(ctx, next) {
    const started = performance.now();
    metrics.add('requestsInFlight', {}, 1);
    try {
      await next();
    } finally {
      const method = methods.has(ctx.method) ? ctx.method : 'other';
      const route = ctx.state.endpoint === undefined ? 'unmatched' : endpoints[ctx.state.endpoint].path;
      metrics.add('requestsInFlight', {}, -1);
      metrics.count('requests', { method, route, status: String(ctx.status) });
      metrics.observe('requestDuration', { method, route }, (performance.now() - started) / 1000);
    }
  };
}
