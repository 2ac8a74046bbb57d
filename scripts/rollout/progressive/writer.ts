import { applyPlanned } from '../apply.ts';
import type { Cluster } from '../cluster.ts';
import { type KubeObject, refKey, refOf } from '../objects.ts';
import { type Plan, type PlannedObject, versionOf } from '../plan.ts';

/** Writes objects between the steps of a plan, and keeps the plan true: what it wrote is no change of somebody else. */
export interface Writer {
  /** `force`: whoever changed it. @throws {Failure} `refused` when somebody else did since the plan or the last write here */
  apply(object: KubeObject, options?: { readonly force?: boolean }): Promise<KubeObject>;
  /** The same planned object, expecting what was written here last. */
  current(planned: PlannedObject): PlannedObject;
}

export function createWriter(cluster: Cluster, plan: Plan): Writer {
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
