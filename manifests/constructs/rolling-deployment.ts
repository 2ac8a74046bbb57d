import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import { checkTimings, timings as contractTimings, type Timings } from '../../contract/timings.ts';
import type { Environment } from '../environments/environment.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { addPreStopSleep } from './newer-kubernetes.ts';
import { type HardenedPod, hardenedPodTemplate } from './pod.ts';

/**
 * A Deployment with zero-downtime updates: no pod stops before its replacement is ready, and the grace period covers the shutdown.
 * @throws with the construct's path and both timings if the grace period is too short for the shutdown
 */
export class RollingDeployment extends k8s.KubeDeployment {
  constructor(
    scope: Construct,
    id: WorkloadRole,
    environment: Environment,
    pod: Omit<HardenedPod, 'component' | 'shutdown'>,
    timings: Timings = contractTimings,
  ) {
    const violations = checkTimings(timings);
    if (violations.length > 0) throw new Error(`${scope.node.path}/${id}: ${violations.join('; ')}`);
    super(scope, id, {
      metadata: { name: environment.names[id], labels: componentLabels(environment, id) },
      spec: {
        // No `replicas`: the autoscaler owns them.
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 300,
        selector: { matchLabels: { ...selectorLabels(environment, id) } },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
        },
        template: hardenedPodTemplate(environment, {
          ...pod,
          component: id,
          shutdown: { preStop: timings.preStop, grace: timings.terminationGrace },
        }),
      },
    });
    addPreStopSleep(this, timings.preStop);
  }
}
