import { requestIdPattern } from '../../../contract/request-id.ts';
import { timings } from '../../../contract/timings.ts';
import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

/** Idle connections that each worker keeps to an upstream. */
const idleConnections = 32;
/** A server that does not even connect is passed over for the next one. */
const connectSeconds = 5;

/** How long an address is believed: as long as a replica takes to come back under another one. */
const addressSeconds = 5;

/** Guide rows NG-06, NG-07. With a resolver the servers behind a name are whatever it stands for at the time. */
export const upstreamBlocks = ({ upstreams, resolver }: NginxTarget): readonly Directive[] => [
  ...(resolver === undefined ? [] : [directive('resolver', resolver, `valid=${addressSeconds}s`)]),
  ...Object.entries(upstreams).map(([name, servers]) =>
    block(
      'upstream',
      [name],
      [
        ...(resolver === undefined ? [] : [directive('zone', `upstream_${name}`, '64k')]),
        directive('least_conn'),
        ...servers.map((server) =>
          directive('server', server, 'max_fails=3', 'fail_timeout=30s', ...(resolver === undefined ? [] : ['resolve'])),
        ),
        directive('keepalive', idleConnections),
        directive('keepalive_timeout', `${timings.edgeIdle}s`),
      ],
    ),
  ),
];

/** Values of headers that are passed on in part. */
export const proxyMaps: readonly Directive[] = [
  block(
    'map',
    ['$http_x_request_id', '$edge_request_id'],
    [directive('default', '$request_id'), directive(`~${requestIdPattern.source}`, '$http_x_request_id')],
  ),
  block(
    'map',
    ['$http_upgrade', '$upgrade'],
    [directive('default', ''), directive('~*^websocket$', 'websocket')],
    'Guide row API-45. Nothing else: an upgrade to h2c would leave every rule here behind.',
  ),
  block('map', ['$upgrade', '$connection_upgrade'], [directive('default', 'upgrade'), directive('', '')]),
];

/**
 * What every upstream is told of a request (guide row NG-10). What a caller writes into these headers is lost: X-Forwarded-For holds one
 * address, which is what TRUSTED_PROXIES=1 reads.
 */
const headers = {
  Host: '$host',
  'X-Real-IP': '$remote_addr',
  'X-Forwarded-For': '$remote_addr',
  'X-Forwarded-Proto': '$scheme',
  'X-Forwarded-Host': '$host',
  'X-Request-ID': '$edge_request_id',
  Upgrade: '$upgrade',
  Connection: '$connection_upgrade',
  Forwarded: '',
  Proxy: '',
} as const;

export const proxying = ({ timeoutSeconds }: NginxTarget): readonly Directive[] => [
  directive('proxy_http_version', '1.1'),
  ...Object.entries(headers).map(([name, value]) => directive('proxy_set_header', name, value)),
  directive('proxy_connect_timeout', `${connectSeconds}s`),
  directive('proxy_send_timeout', `${timeoutSeconds}s`),
  directive('proxy_read_timeout', `${timeoutSeconds}s`),
  directive('proxy_next_upstream', 'error', 'timeout'),
  directive('proxy_next_upstream_timeout', `${timeoutSeconds}s`),
];
