import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import { apiAccess } from '../constructs/api-access.ts';
import { Connections } from '../constructs/connections.ts';
import { labels, selectorLabels } from '../constructs/labels.ts';
import { GuardedNamespace } from '../constructs/namespace.ts';
import { progressiveOf } from '../constructs/progressive.ts';
import { canaryAccess } from '../constructs/progressive-access.ts';
import { server } from '../constructs/server.ts';
import type { Environment } from '../environments/environment.ts';
import { rolesIn } from '../monitoring/prometheus.ts';
import { type Bundled, type Watcher, watchers } from '../monitoring/watchers.ts';

/** Alloy finds the pods in the service's namespace, and reads what they say. */
const readsLogs: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/**
 * What watches the service where no operator does, in a namespace of its own with Pod Security `restricted` and default-deny. A cluster
 * admin applies it once: it gives rights in the service's namespace, which no release may. People come by `kubectl port-forward`.
 */
export class MonitoringChart extends Chart {
  constructor(scope: Construct, environment: Environment, bundled: Bundled) {
    super(scope, 'monitoring', { namespace: bundled.namespace, disableResourceNameHashes: true });
    new GuardedNamespace(this, 'namespace', environment, bundled.namespace);
    new Connections(this, 'connections', environment, bundled.namespace);
    apiAccess(this, environment, 'alloy', { from: bundled.namespace, rules: readsLogs });
    for (const role of rolesIn(environment)) metricsService(this, environment, role);
    if (progressiveOf(environment)) canaryAccess(this, environment, bundled);
    const specs = watchers(environment, bundled);
    for (const component of Object.keys(specs).filter((name): name is Watcher => name in specs)) {
      server(this, environment, component, specs[component]);
    }
  }
}

/** A name in the service's namespace that stands for every pod of a role: one that is not ready is to be seen, too. */
function metricsService(scope: Construct, environment: Environment, role: WorkloadRole): void {
  const { namespace, names, ports } = environment;
  const { port } = endpoints.metrics;
  new k8s.KubeService(scope, `${role}-metrics`, {
    metadata: { namespace, name: names.metrics[role], labels: labels(environment, role) },
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: { ...selectorLabels(environment, role) },
      ports: [{ name: port, port: ports[port], targetPort: k8s.IntOrString.fromString(port) }],
    },
  });
}
