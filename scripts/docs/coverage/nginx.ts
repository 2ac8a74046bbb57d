import { inPart, type Rows, ran, row } from './row.ts';

/** nginx. */
export const nginxRows = {
  'NG-01': row(
    'HTTP -> HTTPS redirect',
    ['G0', 'G2'],
    ran('tests/services/nginx.test.ts', 'is sent from HTTP to HTTPS, with path and query'),
  ),
  'NG-02': row('TLS versions and ciphers', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'with %s and %s ends in %s')),
  'NG-03': row('HTTP/2', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'gets a caption over TLS, and over HTTP/2')),
  'NG-04': row('Certificate paths', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'shows no certificate to who asks for another name')),
  'NG-05': row('Security headers', ['G0', 'G2', 'G3'], ran('tests/services/nginx.test.ts', 'are sent exactly once with %s')),
  'NG-06': row('Upstreams', ['G0', 'G2', 'G3'], ran('tests/services/nginx.test.ts', 'reaches %s')),
  'NG-07': row(
    'Balancing and passive health',
    ['G2', 'G3'],
    ran('tests/services/nginx-variants.test.ts', 'answers 502 in the service’s form when the service is away'),
  ),
  'NG-08': row(
    'worker_connections',
    ['G0', 'G3'],
    ran('tests/services/nginx-variants.test.ts', 'finds nothing wrong with the configuration of %s'),
  ),
  'NG-09': row(
    'Gzip',
    ['G0'],
    ran(
      'tests/services/nginx-variants.test.ts',
      'are kept for a year where they exist, compressed for who takes it, and missed in the service’s form',
    ),
  ),
  'NG-10': row(
    'Proxy headers',
    ['G0', 'G2', 'G3'],
    ran('tests/services/nginx.test.ts', 'of the caller’s address is what nginx saw, whatever the caller writes'),
  ),
  'NG-11': row('Proxy timeouts', ['G0', 'G2', 'G3'], ran('manifests/targets/nginx/render.test.ts', 'longer than the service of %s takes')),
  'NG-12': row('Health location', ['G0', 'G2'], ran('tests/services/nginx.test.ts', 'reaches %s')),
  'NG-13': row('Nginx own health', ['G3'], ran('tests/services/nginx.test.ts', 'tells that it is alive itself, by any name')),
  'NG-14': row(
    'Config files',
    ['G0', 'G2', 'G3'],
    inPart(
      ran('tests/services/nginx-variants.test.ts', 'finds nothing wrong with the configuration of %s'),
      "only nginx/nginx.conf is committed; the guides' files exist in tests",
    ),
  ),
  'NG-15': row(
    'Static asset caching',
    ['G2', 'G3'],
    inPart(
      ran(
        'tests/services/nginx-variants.test.ts',
        'are kept for a year where they exist, compressed for who takes it, and missed in the service’s form',
      ),
      "of the guides' sites only",
    ),
  ),
  'NG-16': row(
    'Log format with upstream timings',
    ['G3'],
    ran('tests/services/nginx.test.ts', 'of the request id is the caller’s where it is sane, else nginx’s own, which the log has too'),
  ),
  'NG-17': row(
    'CDN in front',
    ['G0'],
    inPart(
      ran('tests/services/nginx-variants.test.ts', 'believes the one in front of it, and nobody else, of the caller’s address'),
      'off by default',
    ),
  ),
  'NG-18': row(
    'Server names',
    ['G0', 'G2', 'G3'],
    inPart(
      ran('tests/services/nginx.test.ts', 'is served under a name that is not the service’s'),
      'other names than api.yourapp.com exist in tests',
    ),
  ),
} as const satisfies Rows;
