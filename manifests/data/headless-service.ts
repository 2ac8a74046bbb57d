import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { componentLabels, selectorLabels } from '../constructs/labels.ts';
import type { Environment } from '../environments/environment.ts';

/** The name under which a store is found; it leads to the pod itself. */
export function addHeadlessService(scope: Construct, environment: Environment, store: 'postgres' | 'redis'): void {
  new k8s.KubeService(scope, `${store}-service`, {
    metadata: { name: environment.names[store], labels: componentLabels(environment, store) },
    spec: {
      clusterIp: 'None',
      selector: { ...selectorLabels(environment, store) },
      ports: [{ name: store, port: environment.ports[store], targetPort: k8s.IntOrString.fromString(store) }],
    },
  });
}
