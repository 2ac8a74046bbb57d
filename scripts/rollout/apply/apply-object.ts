import { Failure } from '../../cli/failure.ts';
import { isStatus } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { isFailedJob, type PlannedObject, versionOf } from '../plan/deploy-plan.ts';
import { changesBetween } from '../plan/object-diff.ts';

/**
 * Writes one planned object, unless the cluster moved since the plan.
 * @returns the object as the API server holds it now
 * @throws {Failure} `rejected` when somebody changed the object since the plan
 */
export async function applyPlanned(cluster: Cluster, planned: PlannedObject, force: boolean): Promise<KubeObject> {
  const ref = refOf(planned.object);
  for (let attempt = 1; ; attempt += 1) {
    const live = await cluster.get(ref);
    if (planned.action === 'none' && live !== undefined) return live;
    // After a conflict, a change may be our own earlier write, whose answer was lost on the way.
    const isWritten = attempt > 1 && live !== undefined && (await isAsPlanned(cluster, planned, live));
    if (!force && !isWritten) assertUnmoved(planned, live);
    if (live !== undefined && isFailedJob(live)) await removeAndWait(cluster, live);
    const current = live === undefined || isFailedJob(live) ? undefined : live.metadata.resourceVersion;
    try {
      return await cluster.apply(planned.object, { force, ...(current === undefined ? {} : { resourceVersion: current }) });
    } catch (error) {
      // Between our read and our write a controller wrote its status: read again, and check again.
      if (attempt === 8 || !isStatus(error, 409) || error.causes.some(({ reason }) => reason === 'FieldManagerConflict')) throw error;
      await cluster.clock.sleep(50 * attempt);
    }
  }
}

/** Whether an apply would change nothing. */
async function isAsPlanned(cluster: Cluster, { object }: PlannedObject, live: KubeObject): Promise<boolean> {
  try {
    return changesBetween(live, await cluster.apply(object, { dryRun: true })).length === 0;
  } catch (error) {
    if (isStatus(error, 409)) return false;
    throw error;
  }
}

/** @throws {Failure} `rejected` when the live object is not what the plan saw */
export function assertUnmoved(planned: PlannedObject, live: KubeObject | undefined): void {
  const same = live === undefined ? planned.seen === undefined : planned.seen?.digest === versionOf(live, planned.object).digest;
  if (!same) {
    const what = label({ kind: planned.object.kind, name: planned.object.metadata.name });
    throw new Failure('rejected', `${what} changed since the plan was made`, 'look at what changed it, then deploy again');
  }
}

async function removeAndWait(cluster: Cluster, live: KubeObject): Promise<void> {
  const ref = refOf(live);
  await cluster.remove(ref, live.metadata.uid ?? '');
  for (let attempt = 0; attempt < 50 && (await cluster.get(ref))?.metadata.uid === live.metadata.uid; attempt += 1)
    await cluster.clock.sleep(200);
}
