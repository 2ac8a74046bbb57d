import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import { metadataKeys } from '../../contract/product.ts';
import type { Environment, Monitoring } from '../environments/environment.ts';
import { canaryComponent, canaryNames } from './canary.ts';
import { deployerSubject } from './deployer.ts';
import { commonLabels, componentLabels, selectorLabels } from './labels.ts';

/** The pod that the gate queries; the bundled Prometheus is a StatefulSet with one replica. */
export const prometheusPodOf = (monitoring: Monitoring): string =>
  monitoring.kind === 'operator' ? monitoring.prometheusPod : 'prometheus-0';

/** The name by which a bundled Prometheus finds the canary's pods; it resolves to nothing while there are none. */
export function addCanaryMetrics(scope: Construct, environment: Environment): void {
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

/** Allows the deployer to connect to the gate's Prometheus pod through the API server, which no NetworkPolicy of that namespace blocks. */
export function addGateAccess(scope: Construct, environment: Environment): void {
  const { monitoring, names } = environment;
  const name = `${names.deployer}-gate`;
  const metadata = { name, namespace: monitoring.namespace, labels: commonLabels(environment) };
  new k8s.KubeRole(scope, 'gate-role', {
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods/portforward'], resourceNames: [prometheusPodOf(monitoring)], verbs: ['get', 'create'] }],
  });
  new k8s.KubeRoleBinding(scope, 'gate-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [deployerSubject(environment)],
  });
}
