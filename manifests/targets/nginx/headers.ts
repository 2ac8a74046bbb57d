import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

const yearInSeconds = 31_536_000;

/**
 * Headers that every answer has (guide rows NG-05, SE-01), and their values where the upstream sends none: the service sends its own,
 * and none is sent twice. A frontend may load what it likes. X-XSS-Protection is not among them: no browser reads it any more.
 */
const promised = ({ frameOptions, frontend }: NginxTarget): Readonly<Record<string, string>> => ({
  'Strict-Transport-Security': `max-age=${yearInSeconds}; includeSubDomains`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': frameOptions,
  'Referrer-Policy': 'no-referrer',
  ...(frontend ? {} : { 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" }),
  'X-Request-ID': '$edge_request_id',
});

const variable = (header: string) => header.toLowerCase().replaceAll('-', '_');

/** nginx sends no header whose value is empty. */
export const headerMaps = (target: NginxTarget): readonly Directive[] =>
  Object.entries(promised(target)).map(([name, value]) =>
    block('map', [`$upstream_http_${variable(name)}`, `$own_${variable(name)}`], [directive('default', ''), directive('', value)]),
  );

/** What a location of this server may set, and what is sent of it. HSTS counts on TLS alone (RFC 6797, section 7.2). */
export const headerRules = (target: NginxTarget, encrypted: boolean): readonly Directive[] => [
  directive('set', '$retry_after', ''),
  directive('set', '$cache_control', ''),
  ...Object.keys(promised(target))
    .filter((name) => encrypted || name !== 'Strict-Transport-Security')
    .map((name) => directive('add_header', name, `$own_${variable(name)}`, 'always')),
  directive('add_header', 'Retry-After', '$retry_after', 'always'),
  directive('add_header', 'Cache-Control', '$cache_control'),
];

/** Guide rows CA-13, NG-15: kept for a year without asking again. */
export const immutableCaching: readonly Directive[] = [
  directive('proxy_hide_header', 'Cache-Control'),
  directive('proxy_hide_header', 'Expires'),
  directive('set', '$cache_control', `public, max-age=${yearInSeconds}, immutable`),
];
