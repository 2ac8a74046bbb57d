import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';
import { Problem } from './problem.ts';

/** The name without the port. */
const nameOf = (host: string) => host.replace(/:\d+$/, '').toLowerCase();

/**
 * Serves only the hosts in TRUSTED_HOSTS; if the list is empty, every host. It checks the Host header, because clients can set
 * X-Forwarded-Host to any value.
 */
export function trustedHosts(hosts: readonly string[]): Middleware {
  const trusted = new Set(hosts.map(nameOf));
  return function trustedHosts(ctx, next) {
    if (trusted.size > 0 && !isProbe(ctx.path) && !trusted.has(nameOf(ctx.req.headers.host ?? ''))) throw new Problem('misdirected_host');
    return next();
  };
}
