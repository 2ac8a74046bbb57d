import { maxBodyBytes } from '../../../contract/body-limits.ts';
import { defaultErrorPages, errorAnswer, errorLocations, errorPagesOf } from './errors.ts';
import { headerRules, immutableCaching } from './headers.ts';
import { mediaTypes } from './http.ts';
import { limitsOf } from './limits.ts';
import { type Route, routes } from './routes.ts';
import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';
import { hasHttp2Directive } from './tls.ts';
import { proxying } from './upstreams.ts';

const ports = { http: 80, https: 443 } as const;

/** `listen` of plain HTTP or TLS. */
function listen(target: NginxTarget, kind: 'http' | 'https', ...more: readonly string[]): Directive {
  const { listen = ports } = target;
  const address = 'address' in listen && listen.address !== undefined ? `${listen.address}:` : '';
  return directive(
    'listen',
    `${address}${listen[kind]}`,
    ...(kind === 'https' ? ['ssl', ...(hasHttp2Directive(target) ? [] : ['http2'])] : []),
    ...more,
  );
}

/** Health check of nginx itself. */
const ownHealth = block(
  'location',
  ['=', '/nginx-health'],
  [directive('access_log', 'off'), directive('default_type', 'text/plain'), directive('return', 200, 'healthy\n')],
);

/** One path of the service: its upstream, its limits, its errors. */
function routeLocation(target: NginxTarget, route: Route): Directive {
  return block(
    'location',
    ['~', route.pattern],
    [
      ...(route.classes.has('exempt') ? [directive('access_log', 'off')] : []),
      ...limitsOf(route, target.zones),
      ...(route.bodyBytes === maxBodyBytes ? [] : [directive('client_max_body_size', route.bodyBytes)]),
      ...errorPagesOf(route),
      directive('proxy_pass', `http://${target.service[route.listener]}`),
    ],
    route.endpoints.join(', '),
  );
}

/** Static files below a prefix. */
const fileLocation = (target: NginxTarget) =>
  target.staticFiles === undefined
    ? []
    : [
        block(
          'location',
          ['^~', target.staticFiles.prefix],
          [
            block(
              'types',
              [],
              Object.entries(mediaTypes).map(([type, endings]) => directive(type, ...endings)),
            ),
            ...immutableCaching,
            directive('alias', target.staticFiles.folder),
          ],
        ),
      ];

/** The arguments of `server_name`. */
function namesOf({ serverNames }: NginxTarget): readonly string[] {
  if (serverNames === 'any') return ['_'];
  return 'variable' in serverNames ? [`\${${serverNames.variable}}`] : serverNames;
}

const kindOf = ({ tls }: NginxTarget) => (tls ? 'https' : 'http');

/** The server of the service. */
function main(target: NginxTarget): Directive {
  const served = routes();
  return block(
    'server',
    [],
    [
      listen(target, kindOf(target), ...(target.serverNames === 'any' ? ['default_server'] : [])),
      directive('server_name', ...namesOf(target)),
      ...(target.tls ? [directive('ssl_certificate', target.tls.certificate), directive('ssl_certificate_key', target.tls.key)] : []),
      directive('client_max_body_size', maxBodyBytes),
      ...proxying(target),
      ...headerRules(target, target.tls !== undefined),
      ...defaultErrorPages,
      ownHealth,
      ...served.map((route) => routeLocation(target, route)),
      ...fileLocation(target),
      block('location', ['/'], [directive('return', 404)]),
      ...errorLocations(served),
    ],
  );
}

/** Redirects to HTTPS. $host is one of the server's names, so this is no open redirect. */
function redirect(target: NginxTarget): readonly Directive[] {
  if (target.tls === undefined) return [];
  const { serverNames, listen: { https } = ports } = target;
  const port = https === ports.https ? '' : `:${https}`;
  return [
    block(
      'server',
      [],
      [
        listen(target, 'http', ...(serverNames === 'any' ? ['default_server'] : [])),
        directive('server_name', ...namesOf(target)),
        ownHealth,
        block('location', ['/'], [directive('return', 301, `https://$host${port}$request_uri`)]),
      ],
    ),
  ];
}

/** The server for all other host names, which serves neither a certificate nor content. */
function fallbackServer(target: NginxTarget): readonly Directive[] {
  if (target.serverNames === 'any') return [];
  return [
    block(
      'server',
      [],
      [
        listen(target, 'http', 'default_server'),
        ...(target.tls ? [listen(target, 'https', 'default_server'), directive('ssl_reject_handshake', 'on')] : []),
        directive('server_name', '_'),
        ...headerRules(target, false),
        ownHealth,
        block('location', ['/'], errorAnswer('misdirected_host', 'problem')),
      ],
    ),
  ];
}

export const servers = (target: NginxTarget): readonly Directive[] => [...fallbackServer(target), ...redirect(target), main(target)];
