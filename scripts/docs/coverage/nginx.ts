import { inPart, parsed, type Rows, ran, row } from './row.ts';

/** nginx. */
export const nginxRows = {
  'NG-01': row(
    'HTTP -> HTTPS redirect',
    ['G0', 'G2'],
    ran('tests/services/nginx.test.ts', 'is redirected from HTTP to HTTPS with path and query'),
  ),
  'NG-02': row('TLS versions and ciphers', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'with %s and %s ends in %s')),
  'NG-03': row('HTTP/2', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'gets a caption over TLS and over HTTP/2')),
  'NG-04': row('Certificate paths', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'rejects the handshake for another host name')),
  'NG-05': row('Security headers', ['G0', 'G2', 'G3'], ran('tests/services/nginx.test.ts', 'are sent exactly once for %s')),
  'NG-06': row('Upstreams', ['G0', 'G2', 'G3'], ran('tests/services/nginx.test.ts', 'cannot read %s')),
  'NG-07': row(
    'Balancing and passive health',
    ['G2', 'G3'],
    ran('tests/services/nginx-variants.test.ts', 'returns 502 as a problem document when the service is down'),
  ),
  'NG-08': row('worker_connections', ['G0', 'G3'], ran('tests/services/nginx-variants.test.ts', 'accepts the configuration of %s')),
  'NG-09': row(
    'Gzip',
    ['G0'],
    ran('tests/services/nginx-variants.test.ts', 'are cached for a year and compressed on request; a missing one is a problem document'),
  ),
  'NG-10': row(
    'Proxy headers',
    ['G0', 'G2', 'G3'],
    ran('tests/services/nginx.test.ts', 'contain the client address of the connection, not of the request'),
  ),
  'NG-11': row(
    'Proxy timeouts',
    ['G0', 'G2', 'G3'],
    inPart(parsed('tests/services/nginx-variants.test.ts', 'accepts the configuration of %s'), 'no test waits until one of them is over.'),
  ),
  'NG-12': row('Health location', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'cannot read %s')),
  'NG-13': row('Nginx own health', ['G3'], ran('tests/services/nginx.test.ts', 'responds to its own health check under any host name')),
  'NG-14': row('Config files', ['G0', 'G2', 'G3'], ran('tests/docker/nginx.test.ts', 'starts nginx unchanged: %s')),
  'NG-15': row(
    'Static asset caching',
    ['G2', 'G3'],
    ran('tests/docker/nginx.test.ts', 'fastapi-stack serves every name and the files below /static/, cached for a year'),
  ),
  'NG-16': row(
    'Log format with upstream timings',
    ['G3'],
    ran(
      'tests/services/nginx.test.ts',
      'contain the request id of the client if it is valid, otherwise a generated one that is also logged',
    ),
  ),
  'NG-17': row(
    'CDN in front',
    ['G0'],
    inPart(
      ran('tests/docker/nginx.test.ts', 'instagram-captions serves api.yourapp.com only, and trusts the client address of CloudFlare only'),
      'off by default.',
    ),
  ),
  'NG-18': row(
    'Server names',
    ['G0', 'G2', 'G3'],
    ran('tests/docker/nginx.test.ts', 'preventia serves both names, the page and the API, from both processes of the API'),
  ),
} as const satisfies Rows;
