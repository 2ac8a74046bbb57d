import { routesToCanary, withCanaryWeight } from '../../../manifests/constructs/canary.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, refOf } from '../../cluster/objects.ts';
import { listAt, numberAt, textAt } from '../../values/json.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { defaultTiming, type ProgressiveRelease } from './canary-objects.ts';
import type { PlanWriter } from './plan-writer.ts';

/** Who of the callers gets which release. */
export interface TrafficWeights {
  /** Percent of the callers for the new release; returns when the edge does it. */
  set(weight: number): Promise<void>;
  /** None for the new release; does not wait. `force`: whoever changed the route since. */
  reset(options: { readonly force: boolean }): Promise<void>;
  /** Whether a deploy that died has left callers with a release that nobody vouches for. */
  hasCanaryTraffic(): Promise<boolean>;
}

/** The shares of a Service's callers, by the weights of a route. */
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
        if (hasTaken(await cluster.get(refOf(route)), live)) break;
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

/** Whether the controllers have seen the route as it was written. */
function hasTaken(live: KubeObject | undefined, written: KubeObject): boolean {
  const generation = numberAt(written, 'metadata', 'generation') ?? 0;
  const accepted = listAt(live, 'status', 'parents').map((parent) =>
    listAt(parent, 'conditions').find((condition) => textAt(condition, 'type') === 'Accepted'),
  );
  return (
    accepted.length > 0 &&
    accepted.every((condition) => textAt(condition, 'status') === 'True' && (numberAt(condition, 'observedGeneration') ?? 0) >= generation)
  );
}
