import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, refKey, refOf } from '../../cluster/objects.ts';
import { applyPlanned } from '../apply/apply-object.ts';
import { type PlannedObject, type RolloutPlan, versionOf } from '../plan/deploy-plan.ts';

/** Writes objects between the steps of a plan, and keeps the plan true: what it wrote is no change of somebody else. */
export interface PlanWriter {
  /** `force`: whoever changed it. @throws {Failure} `rejected` when somebody else did since the plan or the last write here */
  apply(object: KubeObject, options?: { readonly force?: boolean }): Promise<KubeObject>;
  /** The same planned object, expecting what was written here last. */
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
