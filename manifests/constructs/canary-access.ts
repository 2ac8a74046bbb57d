import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import { metadataKeys } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { canaryComponent, canaryNames } from './canary.ts';
import { deployerSubject } from './deployer.ts';
import { commonLabels, componentLabels, selectorLabels } from './labels.ts';
import { progressiveStrategyOf } from './progressive-delivery.ts';

/** Pod of the bundled Prometheus: it is a StatefulSet of one. */
export const prometheusPod = 'prometheus-0';

/** What a bundled Prometheus needs to see a release beside the stable one, and the deployer to ask it. */
export function addCanaryAccess(scope: Construct, environment: Environment, { namespace }: { readonly namespace: string }): void {
  canaryMetrics(scope, environment);
  if (progressiveStrategyOf(environment)?.gate?.prometheus === 'bundled') deployerMayAsk(scope, environment, namespace);
}

/** A name for the pods of that release: nobody answers to it while there is none. */
function canaryMetrics(scope: Construct, environment: Environment): void {
  const { namespace, names, ports } = environment;
  const { port } = endpoints.metrics;
  new k8s.KubeService(scope, 'canary-metrics', {
    metadata: {
      namespace,
      name: canaryNames(names).metrics,
      labels: { ...componentLabels(environment, 'api'), [metadataKeys.component]: canaryComponent },
    },
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: { ...selectorLabels(environment, 'api'), [metadataKeys.component]: canaryComponent },
      ports: [{ name: port, port: ports[port], targetPort: k8s.IntOrString.fromString(port) }],
    },
  });
}

/** A connection to this one pod through the API server, which no NetworkPolicy of its namespace stands in the way of. */
function deployerMayAsk(scope: Construct, environment: Environment, from: string): void {
  const name = `${environment.names.deployer}-gate`;
  const metadata = { name, namespace: from, labels: commonLabels(environment) };
  new k8s.KubeRole(scope, 'gate-role', {
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods/portforward'], resourceNames: [prometheusPod], verbs: ['get', 'create'] }],
  });
  new k8s.KubeRoleBinding(scope, 'gate-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [deployerSubject(environment)],
  });
}
