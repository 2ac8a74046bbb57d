import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import { checkTimings, timings as contractTimings, type Timings } from '../../contract/timings.ts';
import type { Environment } from '../environments/environment.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { type HardenedPod, hardenedPodTemplate } from './pod.ts';

/**
 * A Deployment that loses no request: nothing is taken away before its successor is ready (guide row K8-22), and a pod
 * that leaves is given the contract's time. The kubelet does the preStop sleep, so the image needs no shell.
 * @throws when the timings would cut a shutdown off; names both sides and the construct's path
 */
export class RollingDeployment extends k8s.KubeDeployment {
  readonly #preStop: number;

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
    this.#preStop = timings.preStop;
  }

  /** The typed API of 1.28 does not know `sleep` and drops it, from JSON patches too (cdk8s-team/cdk8s#2172): it is put into what comes out. */
  override toJson() {
    const object = super.toJson();
    object.spec.template.spec.containers[0].lifecycle = { preStop: { sleep: { seconds: this.#preStop } } };
    return object;
  }
}
