import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { Environment, QueueScaling, Scaling } from '../environments/environment.ts';
import { maxOf, plus } from '../monitoring/promql.ts';
import { addCustomResource } from './custom-resource.ts';
import { componentLabels } from './labels.ts';

/** Chunks of batches that wait or are worked on; every worker measures the whole queue, so the largest value counts. */
const queued = plus(maxOf('queueDepth', { state: { is: 'waiting' } }), maxOf('queueDepth', { state: { is: 'active' } }));

/**
 * KEDA's autoscaler (guide row K8-27): so many replicas as the queue is long, more where CPU or memory ask for it. While Prometheus is
 * away there are as many as there were.
 * @throws where Prometheus is brought along: nobody opens it to KEDA, which runs in a namespace of its own
 */
export function addQueueScaler(
  scope: Construct,
  environment: Environment,
  role: WorkloadRole,
  { min, max, cpu, memory }: Scaling,
  { perReplica, prometheus }: QueueScaling,
  behavior: object,
): void {
  if (environment.monitoring?.kind !== 'operator') {
    throw new Error(
      `${scope.node.path}/${role}-autoscaler: ${role} of ${environment.name} scales by the queue, which KEDA reads from ${prometheus}, but its monitoring is ${environment.monitoring?.kind ?? 'not there'}: it must be an operator's`,
    );
  }
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
            metadata: { serverAddress: prometheus, query: queued.promql, threshold: String(perReplica) },
          },
          utilization('cpu', cpu),
          utilization('memory', memory),
        ],
      },
    }),
  );
}
