import type { Middleware } from './context.ts';
import { isProbe } from './probes.ts';
import { Problem } from './problem.ts';

/** Name without port. */
const nameOf = (host: string) => host.replace(/:\d+$/, '').toLowerCase();

/**
 * Answers for the hosts of TRUSTED_HOSTS alone (guide row API-34), for every name where the list is empty.
 * The Host header counts: X-Forwarded-Host is a caller's to set.
 */
export function trustedHosts(hosts: readonly string[]): Middleware {
  const trusted = new Set(hosts.map(nameOf));
  return function trustedHosts(ctx, next) {
    if (trusted.size > 0 && !isProbe(ctx.path) && !trusted.has(nameOf(ctx.req.headers.host ?? ''))) throw new Problem('misdirected_host');
    return next();
  };
}
