import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { Construct } from 'constructs';
import { timings } from '../../contract/timings.ts';
import type { EdgeOf, Environment } from '../environments/environment.ts';
import { addCustomResource } from './custom-resource.ts';
import { type EdgeRoutes, edgeRoutes, isGeneral } from './edge-routes.ts';
import { componentLabels } from './labels.ts';
import { addLimitMiddlewares } from './traefik.ts';

/** Port of plain HTTP, which is redirected to HTTPS. */
const httpPort = 80;

type Rule = NonNullable<NonNullable<ConstructorParameters<typeof HTTPRoute>[0]>['spec']['rules']>[number];

/** Gateway API: TLS, redirect from HTTP to HTTPS, routes to the Services. */
export function addGateway(scope: Construct, environment: Environment, edge: EdgeOf<'gateway'>): void {
  const { names } = environment;
  const toAll = { matches: [{ path: { type: 'PathPrefix' as const, value: '/' } }] };
  const redirect: Rule = { ...toAll, filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] };
  gateway(scope, environment, edge);
  const routes = edgeRoutes(environment).filter((each) => edge.limits || isGeneral(each));
  const rules = routes.flatMap((each) => forwards(environment, each, edge.limits ? addLimitMiddlewares(scope, environment, each) : []));
  route(scope, environment, edge, { name: names.route, sectionName: 'https', rules });
  route(scope, environment, edge, { name: `${names.route}-redirect`, sectionName: 'http', rules: [redirect] });
}

/** One rule per workload. Exact paths win over prefixes, longer prefixes over shorter ones. */
function forwards({ names, ports }: Environment, { paths }: EdgeRoutes, middlewares: readonly string[]): Rule[] {
  const filters = middlewares.map((name) => ({
    type: 'ExtensionRef' as const,
    extensionRef: { group: 'traefik.io', kind: 'Middleware', name },
  }));
  return [...Map.groupBy(paths, ({ service }) => service)].map(([service, own]) => ({
    matches: own.map(({ path, exact }) => ({ path: { type: exact ? ('Exact' as const) : ('PathPrefix' as const), value: path } })),
    ...(filters.length > 0 && { filters }),
    backendRefs: [{ name: names.services[service], port: ports.service }],
    // Longer than the service's own timeouts, so that its response arrives.
    timeouts: { request: `${timings.edge}s` },
  }));
}

function gateway(scope: Construct, environment: Environment, { host, gatewayClass }: EdgeOf<'gateway'>): void {
  const { names, ports } = environment;
  const listener = { hostname: host, allowedRoutes: { namespaces: { from: 'Same' as const } } };
  const terminate = { mode: 'Terminate' as const, certificateRefs: [{ name: names.tls }] };
  addCustomResource(
    scope,
    new Gateway({
      metadata: { name: names.gateway, labels: { ...componentLabels(environment, 'edge') } },
      spec: {
        gatewayClassName: gatewayClass,
        listeners: [
          { name: 'http', protocol: 'HTTP', port: httpPort, ...listener },
          { name: 'https', protocol: 'HTTPS', port: ports.https, ...listener, tls: terminate },
        ],
      },
    }),
  );
}

function route(
  scope: Construct,
  environment: Environment,
  { host }: EdgeOf<'gateway'>,
  { name, sectionName, rules }: { readonly name: string; readonly sectionName: string; readonly rules: Rule[] },
): void {
  const parentRefs = [{ name: environment.names.gateway, sectionName }];
  addCustomResource(
    scope,
    new HTTPRoute({
      metadata: { name, labels: { ...componentLabels(environment, 'edge') } },
      spec: { parentRefs, hostnames: [host], rules },
    }),
  );
}
