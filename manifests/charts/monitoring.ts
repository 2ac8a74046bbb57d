import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import { addCanaryMetrics, addGateAccess } from '../constructs/canary-access.ts';
import { addKubernetesApiAccess } from '../constructs/kubernetes-api-access.ts';
import { componentLabels, selectorLabels } from '../constructs/labels.ts';
import { PodSecurityNamespace } from '../constructs/namespace.ts';
import { NetworkPolicies } from '../constructs/network-policies.ts';
import { addThirdPartyServer } from '../constructs/third-party-server.ts';
import type { Environment } from '../environments/environment.ts';
import { type BundledMonitoring, type MonitoringComponent, monitoringStack } from '../monitoring/monitoring-stack.ts';
import { rolesIn } from '../monitoring/prometheus.ts';

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
  constructor(scope: Construct, environment: Environment, bundled: BundledMonitoring) {
    super(scope, 'monitoring', { namespace: bundled.namespace, disableResourceNameHashes: true });
    new PodSecurityNamespace(this, 'namespace', environment, bundled.namespace);
    new NetworkPolicies(this, 'connections', environment, bundled.namespace);
    addKubernetesApiAccess(this, environment, 'alloy', { from: bundled.namespace, rules: readsLogs });
    for (const role of rolesIn(environment)) metricsService(this, environment, role);
    if (environment.strategy) addCanaryMetrics(this, environment);
    if (environment.strategy?.gate) addGateAccess(this, environment);
    const specs = monitoringStack(environment, bundled);
    for (const component of Object.keys(specs).filter((name): name is MonitoringComponent => name in specs)) {
      addThirdPartyServer(this, environment, component, specs[component]);
    }
  }
}

/** A name in the service's namespace that stands for every pod of a role: one that is not ready is to be seen, too. */
function metricsService(scope: Construct, environment: Environment, role: WorkloadRole): void {
  const { namespace, names, ports } = environment;
  const { port } = endpoints.metrics;
  new k8s.KubeService(scope, `${role}-metrics`, {
    metadata: { namespace, name: names.metrics[role], labels: componentLabels(environment, role) },
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: { ...selectorLabels(environment, role) },
      ports: [{ name: port, port: ports[port], targetPort: k8s.IntOrString.fromString(port) }],
    },
  });
}
