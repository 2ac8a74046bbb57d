import { isIP } from 'node:net';

import { Problem } from '../../http/problem.ts';
import { isPublicAddress } from '../../outbound/addresses.ts';

/** Names of private networks: RFC 6761, RFC 6762, RFC 8375, RFC 9476, and those that routers and clusters use. */
const privateDomains = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|alt|onion)$/;

/** Whether a host is one of the internet by its name; what the name resolves to is checked with each request. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host.includes('.') && !privateDomains.test(host);
}

/**
 * Checks that a URL names a host of the internet.
 * @throws {Problem} invalid_request
 */
export function requirePublicHost(url: string): void {
  if (isPublicHost(new URL(url).hostname)) return;
  throw new Problem('invalid_request', { errors: [{ pointer: '/url', message: 'names a host of a private network' }] });
}
