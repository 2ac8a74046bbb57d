import { endpoints } from '../../contract/endpoints/index.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Middleware } from './context.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Server errors of the service. */
const serverErrors = ['500', '502', '503', '504'];

/** Counts and times requests. Label values are bounded: route templates and known methods. */
export function httpMetrics(metrics: Metrics): Middleware {
  const known = new Set<string>();
  /** Creates the counters of server errors of a route, so that the first ones are an increase. */
  function expect(method: string, route: string): void {
    const key = `${method} ${route}`;
    if (known.has(key)) return;
    known.add(key);
    for (const status of serverErrors) metrics.count('requests', { method, route, status }, 0);
  }
  return async function httpMetrics(ctx, next) {
    const started = performance.now();
    metrics.add('requestsInFlight', {}, 1);
    try {
      await next();
    } finally {
      const method = methods.has(ctx.method) ? ctx.method : 'other';
      const route = ctx.state.endpoint === undefined ? 'unmatched' : endpoints[ctx.state.endpoint].path;
      metrics.add('requestsInFlight', {}, -1);
      expect(method, route);
      metrics.count('requests', { method, route, status: String(ctx.status) });
      metrics.observe('requestDuration', { method, route }, (performance.now() - started) / 1000);
    }
  };
}
