import { routesToCanary, withCanaryWeight } from '../../../manifests/constructs/canary.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, refOf } from '../../cluster/objects.ts';
import { listAt, numberAt, textAt } from '../../values/json.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { defaultTiming, type ProgressiveRelease } from './canary-objects.ts';
import type { PlanWriter } from './plan-writer.ts';

/** Distribution of traffic between two releases. */
export interface TrafficWeights {
  /** Sets the percentage for the new release; returns when the route is active. */
  set(weight: number): Promise<void>;
  /** Routes all traffic to the stable release, without waiting. `force` overwrites changes of others. */
  reset(options: { readonly force: boolean }): Promise<void>;
  /** Whether an abandoned deploy has left traffic on a canary. */
  hasCanaryTraffic(): Promise<boolean>;
}

/** Sets the weights of an HTTPRoute. */
export function createTrafficWeights(
  { cluster, signal }: RolloutContext,
  writer: PlanWriter,
  route: KubeObject,
  { names, timing: pace = defaultTiming }: ProgressiveRelease,
): TrafficWeights {
  const service = names.services.api;
  return {
    async set(weight) {
      const live = await writer.apply(withCanaryWeight(route, service, weight));
      for (const end = new Deadline(cluster.clock, pace.acceptMs / 1000); !end.isOver; await cluster.clock.sleep(pace.pollMs, signal)) {
        if (isAccepted(await cluster.get(refOf(route)), live)) break;
      }
      await cluster.clock.sleep(pace.settleMs, signal);
    },
    async reset({ force }) {
      await writer.apply(withCanaryWeight(route, service, 0), { force });
    },
    async hasCanaryTraffic() {
      const live = await cluster.get(refOf(route));
      return live !== undefined && routesToCanary(live, service);
    },
  };
}

/** Whether the controllers have accepted the written route. */
function isAccepted(live: KubeObject | undefined, written: KubeObject): boolean {
  const generation = numberAt(written, 'metadata', 'generation') ?? 0;
  const accepted = listAt(live, 'status', 'parents').map((parent) =>
    listAt(parent, 'conditions').find((condition) => textAt(condition, 'type') === 'Accepted'),
  );
  return (
    accepted.length > 0 &&
    accepted.every((condition) => textAt(condition, 'status') === 'True' && (numberAt(condition, 'observedGeneration') ?? 0) >= generation)
  );
}
