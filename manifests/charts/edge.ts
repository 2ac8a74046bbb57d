import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { addGateway } from '../constructs/gateway.ts';
import { addIngress } from '../constructs/ingress.ts';
import { componentLabels } from '../constructs/labels.ts';
import type { Environment } from '../environments/environment.ts';

/** Certificate, redirect from HTTP to HTTPS, limits, and routes to the Services. */
export class EdgeChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'edge', { namespace: environment.namespace, disableResourceNameHashes: true });
    const { edge } = environment;
    if (edge.tls.kind === 'cert-manager') {
      certificate(this, environment, edge.tls.issuer);
      solver(this, environment);
    }
    if (edge.kind === 'gateway') addGateway(this, environment, edge);
    else addIngress(this, environment, edge);
  }
}

/** A Certificate instead of an annotation: it works with a Gateway and an Ingress, and its CRD validates it. */
function certificate(scope: Construct, environment: Environment, issuer: string): void {
  const { edge, names } = environment;
  addCustomResource(
    scope,
    new Certificate({
      metadata: { name: names.tls, labels: { ...componentLabels(environment, 'edge') } },
      spec: {
        secretName: names.tls,
        dnsNames: [edge.host],
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer },
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth'],
      },
    }),
  );
}

/** Port of the pod that cert-manager starts in this namespace to answer a challenge. */
const solverPort = 8089;

/** Lets the edge through to that pod, which the default-deny policy would cut off. */
function solver(scope: Construct, environment: Environment): void {
  const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': environment.edge.namespace } } }];
  new k8s.KubeNetworkPolicy(scope, 'solver', {
    metadata: { name: `${environment.names.prefix}-acme-solver`, labels: componentLabels(environment, 'edge') },
    spec: {
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from, ports: [{ protocol: 'TCP', port: k8s.IntOrString.fromNumber(solverPort) }] }],
    },
  });
}
