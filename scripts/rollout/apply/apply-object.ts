import { Failure } from '../../cli/failure.ts';
import { isStatus } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { isFailedJob, type PlannedObject, versionOf } from '../plan/deploy-plan.ts';
import { changesBetween } from '../plan/object-diff.ts';

/**
 * Applies one planned object unless the live object has changed since the plan.
 * @returns the applied object
 * @throws {Failure} `rejected` if the object has changed since the plan
 */
export async function applyPlanned(cluster: Cluster, planned: PlannedObject, force: boolean): Promise<KubeObject> {
  const ref = refOf(planned.object);
  for (let attempt = 1; ; attempt += 1) {
    const live = await cluster.get(ref);
    if (planned.action === 'none' && live !== undefined) return live;
    // After a conflict, a change may be an own earlier write whose response was lost.
    const isWritten = attempt > 1 && live !== undefined && (await isAsPlanned(cluster, planned, live));
    if (!force && !isWritten) assertUnmoved(planned, live);
    if (live !== undefined && isFailedJob(live)) await removeAndWait(cluster, live);
    const current = live === undefined || isFailedJob(live) ? undefined : live.metadata.resourceVersion;
    try {
      return await cluster.apply(planned.object, { force, ...(current === undefined ? {} : { resourceVersion: current }) });
    } catch (error) {
      // A controller wrote the status between read and write: read and check again.
      if (attempt === 8 || !isStatus(error, 409) || error.causes.some(({ reason }) => reason === 'FieldManagerConflict')) throw error;
      await cluster.clock.sleep(50 * attempt);
    }
  }
}

/** Whether an apply would not change anything. */
async function isAsPlanned(cluster: Cluster, { object }: PlannedObject, live: KubeObject): Promise<boolean> {
  try {
    return changesBetween(live, await cluster.apply(object, { dryRun: true })).length === 0;
  } catch (error) {
    if (isStatus(error, 409)) return false;
    throw error;
  }
}

/** @throws {Failure} `rejected` if the live object differs from the planned version */
export function assertUnmoved(planned: PlannedObject, live: KubeObject | undefined): void {
  const same = live === undefined ? planned.seen === undefined : planned.seen?.digest === versionOf(live, planned.object).digest;
  if (!same) {
    const what = label({ kind: planned.object.kind, name: planned.object.metadata.name });
    throw new Failure('rejected', `${what} changed since the plan was made`, 'check what changed it, then deploy again');
  }
}

async function removeAndWait(cluster: Cluster, live: KubeObject): Promise<void> {
  const ref = refOf(live);
  await cluster.remove(ref, live.metadata.uid ?? '');
  for (let attempt = 0; attempt < 50 && (await cluster.get(ref))?.metadata.uid === live.metadata.uid; attempt += 1)
    await cluster.clock.sleep(200);
}
