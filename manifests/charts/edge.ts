import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ports } from '../../service/contract/ports.ts';
import { names } from '../../service/contract/product.ts';
import { timings } from '../../service/contract/timings.ts';
import { labels } from '../constructs/labels.ts';
import type { Environment } from '../environments/environment.ts';

/** Port of plain HTTP: redirected where TLS is on. */
const httpPort = 80;

/** Gateway API: TLS by cert-manager, HTTP → HTTPS, the route to the Service (guide rows K8-12, K8-13). */
export class EdgeChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'edge', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { issuer } = environment.edge;
    this.#gateway(environment);
    this.#route(names.route, environment, issuer ? 'https' : 'http', {
      backendRefs: [{ name: names.service, port: ports.service }],
      // Longer than the service itself takes, so that the service's own answer arrives.
      timeouts: { request: `${timings.edge}s` },
    });
    if (issuer)
      this.#route(`${names.route}-redirect`, environment, 'http', {
        filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
      });
  }

  #gateway({ edge }: Environment) {
    const listener = { hostname: edge.host, allowedRoutes: { namespaces: { from: 'Same' as const } } };
    const tls = { mode: 'Terminate' as const, certificateRefs: [{ name: names.tls }] };
    this.#object(
      new Gateway({
        metadata: {
          name: names.gateway,
          labels: labels('edge'),
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

  #route(name: string, { edge }: Environment, sectionName: string, rule: Rule) {
    this.#object(
      new HTTPRoute({
        metadata: { name, labels: labels('edge') },
        spec: {
          parentRefs: [{ name: names.gateway, sectionName }],
          hostnames: [edge.host],
          rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], ...rule }],
        },
      }),
    );
  }

  /** Checked against the CRD's own schema before it is written. */
  #object(model: Gateway | HTTPRoute) {
    model.validate();
    const { apiVersion, kind, metadata, spec } = model;
    new ApiObject(this, `${kind}-${metadata?.name}`, { apiVersion, kind, metadata: { ...metadata }, spec });
  }
}

type Rule = Omit<NonNullable<NonNullable<ConstructorParameters<typeof HTTPRoute>[0]>['spec']['rules']>[number], 'matches'>;
