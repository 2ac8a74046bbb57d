import { endpoints } from '../../contract/endpoints/index.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Middleware } from './context.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times requests. Label values are bounded: route templates and known methods. */
export function httpMetrics(metrics: Metrics): Middleware {
  return async function httpMetrics(ctx, next) {
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
