import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { Environment, Scaling } from '../environments/environment.ts';
import { type Expression, maxOf, plus } from '../prometheus/promql.ts';
import { addCustomResource } from './custom-resource.ts';
import { componentLabels } from './labels.ts';

const waitingAndActive = (metric: 'queueDepth' | 'newsFetchQueue'): Expression =>
  plus(maxOf(metric, { state: { is: 'waiting' } }), maxOf(metric, { state: { is: 'active' } }));

/** Work of the roles that have a queue. Every process of a role reports the whole queue, so the maximum is used. */
const queues: Readonly<Partial<Record<WorkloadRole, Expression>>> = {
  worker: waitingAndActive('queueDepth'),
  scraper: waitingAndActive('newsFetchQueue'),
  analytics: maxOf('newsAnalysisQueue'),
};

/**
 * Scales by the length of the queue, which KEDA reads from the operator's Prometheus, and by CPU and memory. The number of replicas stays if
 * Prometheus is unavailable.
 * @throws if the role has no queue, or if the environment has a bundled Prometheus, whose network policies do not let KEDA in
 */
export function addQueueScaler(
  scope: Construct,
  environment: Environment,
  role: WorkloadRole,
  { min, max, cpu, memory }: Scaling,
  itemsPerReplica: number,
  behavior: object,
): void {
  const { monitoring, ports } = environment;
  const queued = queues[role];
  if (queued === undefined)
    throw new Error(`${scope.node.path}/${role}-autoscaler: ${role} of ${environment.name} has no queue: remove itemsPerReplica`);
  if (monitoring.kind !== 'operator') {
    throw new Error(
      `${scope.node.path}/${role}-autoscaler: ${role} of ${environment.name} scales by the queue, which KEDA reads from the Prometheus of an operator, but its monitoring is ${monitoring.kind}: use monitoring of the kind operator`,
    );
  }
  // The Service that the Prometheus operator creates in each namespace with a Prometheus.
  const serverAddress = `http://prometheus-operated.${monitoring.namespace}:${ports.prometheus}`;
  const utilization = (type: 'cpu' | 'memory', value: number) => ({ type, metricType: 'Utilization', metadata: { value: String(value) } });
  addCustomResource(
    scope,
    new ScaledObject({
      metadata: { name: environment.names.autoscalers[role], labels: { ...componentLabels(environment, role) } },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: environment.names[role] },
        minReplicaCount: min,
        maxReplicaCount: max,
        pollingInterval: 15,
        fallback: { failureThreshold: 3, replicas: min, behavior: 'currentReplicasIfHigher' },
        advanced: { horizontalPodAutoscalerConfig: { behavior } },
        triggers: [
          {
            type: 'prometheus',
            name: 'queue',
            metadata: {
              serverAddress,
              query: queued.promql({ namespace: { is: environment.namespace } }),
              threshold: String(itemsPerReplica),
            },
          },
          utilization('cpu', cpu),
          utilization('memory', memory),
        ],
      },
    }),
  );
}
