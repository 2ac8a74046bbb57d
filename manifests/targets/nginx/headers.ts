import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

const yearInSeconds = 31_536_000;

/**
 * Headers of every response, with the values that nginx adds if the upstream sends none. There is no X-XSS-Protection, which browsers ignore.
 */
const promised = ({ frameOptions }: NginxTarget): Readonly<Record<string, string>> => ({
  'Strict-Transport-Security': `max-age=${yearInSeconds}; includeSubDomains`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': frameOptions,
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Request-ID': '$edge_request_id',
});

const variable = (header: string) => header.toLowerCase().replaceAll('-', '_');

/** nginx omits headers with an empty value. */
export const headerMaps = (target: NginxTarget): readonly Directive[] =>
  Object.entries(promised(target)).map(([name, value]) =>
    block('map', [`$upstream_http_${variable(name)}`, `$own_${variable(name)}`], [directive('default', ''), directive('', value)]),
  );

/** The headers of a server, and variables that its locations may set. HSTS is sent over TLS only (RFC 6797, section 7.2). */
export const headerRules = (target: NginxTarget, encrypted: boolean): readonly Directive[] => [
  directive('set', '$retry_after', ''),
  directive('set', '$cache_control', ''),
  ...Object.keys(promised(target))
    .filter((name) => encrypted || name !== 'Strict-Transport-Security')
    .map((name) => directive('add_header', name, `$own_${variable(name)}`, 'always')),
  directive('add_header', 'Retry-After', '$retry_after', 'always'),
  directive('add_header', 'Cache-Control', '$cache_control'),
];

/** Caches for a year without revalidation. */
export const immutableCaching: readonly Directive[] = [
  directive('proxy_hide_header', 'Cache-Control'),
  directive('proxy_hide_header', 'Expires'),
  directive('set', '$cache_control', `public, max-age=${yearInSeconds}, immutable`),
];
