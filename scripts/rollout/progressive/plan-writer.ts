import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, refKey, refOf } from '../../cluster/objects.ts';
import { applyPlanned } from '../apply/apply-object.ts';
import { type PlannedObject, type RolloutPlan, versionOf } from '../plan/deploy-plan.ts';

/** Applies objects between the steps of a plan and updates the plan, so that these writes do not count as changes of others. */
export interface PlanWriter {
  /** `force` overwrites changes of others. @throws {Failure} `rejected` if another manager changed it since the plan or the last write */
  apply(object: KubeObject, options?: { readonly force?: boolean }): Promise<KubeObject>;
  /** The planned object with the version of the last write. */
  current(planned: PlannedObject): PlannedObject;
}

export function createPlanWriter(cluster: Cluster, plan: RolloutPlan): PlanWriter {
  const seen = new Map<string, PlannedObject['seen']>();
  for (const planned of plan.steps.flatMap(({ objects }) => objects)) seen.set(refKey(refOf(planned.object)), planned.seen);
  const current = (planned: PlannedObject): PlannedObject => {
    const known = seen.get(refKey(refOf(planned.object)));
    return known === undefined ? planned : { ...planned, seen: known };
  };
  return {
    current,
    async apply(object, { force = false } = {}) {
      const live = await applyPlanned(cluster, current({ object, action: 'update', changes: [] }), force);
      seen.set(refKey(refOf(object)), versionOf(live, object));
      return live;
    },
  };
}
