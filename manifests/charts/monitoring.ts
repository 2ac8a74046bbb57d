import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { canaryComponent, canaryNames } from '../constructs/canary.ts';
import { addGateAccess } from '../constructs/gate-access.ts';
import { addKubernetesApiAccess } from '../constructs/kubernetes-api-access.ts';
import { PodSecurityNamespace } from '../constructs/namespace.ts';
import { runsIn } from '../constructs/network-peers.ts';
import { NetworkPolicies } from '../constructs/network-policies.ts';
import { addMetricsService } from '../constructs/services.ts';
import { addThirdPartyServer } from '../constructs/third-party-server.ts';
import type { Environment } from '../environments/environment.ts';
import { type BundledMonitoring, type MonitoringComponent, monitoringStack } from '../monitoring/monitoring-stack.ts';
import { rolesIn } from '../monitoring/prometheus.ts';

/** Alloy discovers the pods in the service's namespace and reads their logs. */
const logReaderRules: k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/**
 * The bundled monitoring stack, for clusters without the Prometheus operator: in a namespace of its own with Pod Security `restricted` and
 * default-deny. A cluster admin applies it once, because it grants permissions in the service's namespace, which no release may. Users
 * connect with `kubectl port-forward`.
 */
export class MonitoringChart extends Chart {
  constructor(scope: Construct, environment: Environment, bundled: BundledMonitoring) {
    super(scope, 'monitoring', { namespace: bundled.namespace, disableResourceNameHashes: true });
    const { names, strategy } = environment;
    new PodSecurityNamespace(this, 'namespace', environment, bundled.namespace);
    new NetworkPolicies(this, 'connections', environment, bundled.namespace);
    addKubernetesApiAccess(this, environment, 'alloy', { from: bundled.namespace, rules: logReaderRules });
    for (const role of rolesIn(environment)) addMetricsService(this, environment, role, names.metrics[role]);
    if (strategy) addMetricsService(this, environment, canaryComponent, canaryNames(names).metrics);
    if (strategy?.gate) addGateAccess(this, environment);
    const stack = monitoringStack(environment, bundled);
    for (const component of Object.keys(stack).filter((name): name is MonitoringComponent => name in stack)) {
      if (runsIn(environment, component)) addThirdPartyServer(this, environment, component, stack[component]);
    }
  }
}
