import { requestIdPattern } from '../../../contract/request-id.ts';
import { timings } from '../../../contract/timings.ts';
import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

/** Idle connections of each worker to an upstream. */
const idleConnections = 32;
/** Connect timeout, after which nginx tries the next server. */
const connectSeconds = 5;

/** TTL of a resolved address: a replica restarts with a new address in about this time. */
const addressSeconds = 5;

/** The upstreams; a resolver updates their servers at run time. */
export const upstreamBlocks = ({ upstreams, resolver }: NginxTarget): readonly Directive[] => [
  ...(resolver === undefined ? [] : [directive('resolver', resolver, `valid=${addressSeconds}s`)]),
  ...Object.entries(upstreams).map(([name, servers]) =>
    block(
      'upstream',
      [name],
      [
        // All worker processes of nginx count the same connections.
        directive('zone', `upstream_${name}`, '64k'),
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

/** Variables for headers that are passed under conditions. */
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
    'WebSocket only: an upgrade to h2c would bypass every rule here.',
  ),
  block('map', ['$upgrade', '$connection_upgrade'], [directive('default', 'upgrade'), directive('', '')]),
];

/**
 * Headers of every request to an upstream. They replace those of the client: X-Forwarded-For has a single address, which is what
 * TRUSTED_PROXIES=1 reads.
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
