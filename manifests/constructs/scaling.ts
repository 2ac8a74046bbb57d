import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { Environment, Scaling } from '../environments/environment.ts';
import { componentLabels } from './labels.ts';
import { podSelectorOf } from './network-peers.ts';
import { addQueueScaler } from './queue-scaling.ts';

/** Scales up immediately and fast, down slowly. */
const behaviour = ({ scaleDownDelaySeconds }: Scaling): k8s.HorizontalPodAutoscalerBehaviorV2 => ({
  scaleUp: {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 2, periodSeconds: 15 },
    ],
    selectPolicy: 'Max',
  },
  scaleDown: { stabilizationWindowSeconds: scaleDownDelaySeconds, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
});

/** The autoscaler of a workload, which owns its number of replicas. */
export function addAutoscaler(scope: Construct, environment: Environment, role: WorkloadRole, scaling: Scaling): void {
  const behavior = behaviour(scaling);
  const { itemsPerReplica } = scaling;
  if (itemsPerReplica !== undefined) addQueueScaler(scope, environment, role, scaling, itemsPerReplica, behavior);
  else resourceScaler(scope, environment, role, scaling, behavior);
}

function resourceScaler(
  scope: Construct,
  environment: Environment,
  role: WorkloadRole,
  scaling: Scaling,
  behavior: k8s.HorizontalPodAutoscalerBehaviorV2,
): void {
  const utilization = (name: 'cpu' | 'memory') => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization: scaling[name] } },
  });
  new k8s.KubeHorizontalPodAutoscalerV2(scope, `${role}-autoscaler`, {
    metadata: { name: environment.names.autoscalers[role], labels: componentLabels(environment, role) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: environment.names[role] },
      minReplicas: scaling.min,
      maxReplicas: scaling.max,
      metrics: [utilization('cpu'), utilization('memory')],
      behavior,
    },
  });
}

/** Allows one eviction at a time; unready pods never block a drain. */
export function addDisruptionBudget(scope: Construct, environment: Environment, role: keyof Environment['names']['budgets']): void {
  new k8s.KubePodDisruptionBudget(scope, `${role}-budget`, {
    metadata: { name: environment.names.budgets[role], labels: componentLabels(environment, role) },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: podSelectorOf(environment, role),
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
