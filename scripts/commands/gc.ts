import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { label } from '../cluster/objects.ts';
import { actorOf, withCluster } from '../connection/with-cluster.ts';
import { prune } from '../rollout/apply/prune.ts';
import { waitForDeployLock, withDeployLock } from '../rollout/record/deploy-lock.ts';
import { findOrphanedObjects, type OrphanedObjects, orphanLines } from '../rollout/record/orphaned-objects.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';

/** Removes what earlier releases left behind, under the lock: no deploy may bring it back meanwhile. */
export const gcCommand: Handlers['gc'] = ({ args, flags }, context) =>
  withCluster(args.environment, context, async (session) => {
    const { cluster, namespace, out } = session;
    const dryRun = flags['dry-run'];
    const { garbage, failed } = dryRun
      ? { garbage: await findOrphanedObjects(cluster, namespace), failed: [] }
      : await collect(session, actorOf(context.env), flags.wait);
    const lines = dryRun ? orphanLines(garbage, 'would remove') : orphanLines({ ...garbage, remove: [] }, '');
    const removed = garbage.remove.map(label).filter((name) => !failed.includes(name));
    if (garbage.remove.length === 0) lines.push('nothing to remove');
    out.result(lines.join('\n'), {
      environment: args.environment,
      dryRun,
      removed,
      failed,
      kept: garbage.keep.map(({ item, why }) => ({ object: label(item), why })),
    });
    return failed.length > 0 ? exitCodes.different : exitCodes.ok;
  });

async function collect(
  session: RolloutContext,
  actor: string,
  waitSeconds: number,
): Promise<{ garbage: OrphanedObjects; failed: string[] }> {
  const { lock } = await waitForDeployLock(session, actor, waitSeconds);
  try {
    const garbage = await findOrphanedObjects(session.cluster, session.namespace);
    return { garbage, failed: (await prune(withDeployLock(session, lock), garbage.remove)).map(label) };
  } finally {
    await lock.release();
  }
}
