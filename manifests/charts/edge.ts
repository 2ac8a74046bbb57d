import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { endpoints } from '../../service/contract/endpoints.ts';
import { timings } from '../../service/contract/timings.ts';
import { labels } from '../constructs/labels.ts';
import { modelObject } from '../constructs/model-object.ts';
import type { Environment } from '../environments/environment.ts';

/** Port of plain HTTP: redirected where TLS is on. */
const httpPort = 80;

type Rule = NonNullable<NonNullable<ConstructorParameters<typeof HTTPRoute>[0]>['spec']['rules']>[number];

/** Gateway API: TLS by cert-manager, HTTP → HTTPS, the routes to the Services (guide rows K8-12, K8-13). */
export class EdgeChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'edge', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { edge, names } = environment;
    gateway(this, environment);
    route(this, environment, names.route, edge.issuer ? 'https' : 'http', forwards(environment));
    if (edge.issuer) {
      const redirect: Rule = { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] };
      route(this, environment, `${names.route}-redirect`, 'http', [{ ...redirect, matches: under('/') }]);
    }
  }
}

const under = (value: string): NonNullable<Rule['matches']> => [{ path: { type: 'PathPrefix', value } }];

/** Each path to the workload that answers it; the longest prefix wins. */
function forwards({ names, ports, workloads }: Environment): Rule[] {
  // Longer than the service itself takes, so that the service's own answer arrives.
  const to = (path: string, name: string): Rule => ({
    matches: under(path),
    backendRefs: [{ name, port: ports.service }],
    timeouts: { request: `${timings.edge}s` },
  });
  return [...(workloads.graphql ? [to(endpoints.graphql.path, names.services.graphql)] : []), to('/', names.services.api)];
}

function gateway(scope: Construct, environment: Environment): void {
  const { edge, names, ports } = environment;
  const listener = { hostname: edge.host, allowedRoutes: { namespaces: { from: 'Same' as const } } };
  const tls = { mode: 'Terminate' as const, certificateRefs: [{ name: names.tls }] };
  modelObject(
    scope,
    new Gateway({
      metadata: {
        name: names.gateway,
        labels: { ...labels(environment, 'edge') },
        ...(edge.issuer && { annotations: { 'cert-manager.io/cluster-issuer': edge.issuer } }),
      },
      spec: {
        gatewayClassName: edge.gatewayClass,
        listeners: [
          { name: 'http', protocol: 'HTTP', port: httpPort, ...listener },
          ...(edge.issuer ? [{ name: 'https', protocol: 'HTTPS', port: ports.https, ...listener, tls }] : []),
        ],
      },
    }),
  );
}

function route(scope: Construct, environment: Environment, name: string, sectionName: string, rules: Rule[]): void {
  const { edge, names } = environment;
  modelObject(
    scope,
    new HTTPRoute({
      metadata: { name, labels: { ...labels(environment, 'edge') } },
      spec: { parentRefs: [{ name: names.gateway, sectionName }], hostnames: [edge.host], rules },
    }),
  );
}
