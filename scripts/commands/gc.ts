import * as z from 'zod';
import { actorOf } from '../cli/actor.ts';
import { defineCommand } from '../cli/command.ts';
import { environment as environmentField, object } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun, environment, locked, rejected, wait } from '../cli/options.ts';
import { label } from '../cluster/objects.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { prune } from '../rollout/apply/prune.ts';
import { waitForDeployLock, withDeployLock } from '../rollout/record/deploy-lock.ts';
import { findOrphanedObjects, type OrphanedObjects, orphanLines } from '../rollout/record/orphaned-objects.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';

export const gc = defineCommand({
  name: 'gc',
  summary: 'delete orphaned objects of earlier releases',
  args: { environment },
  flags: { 'dry-run': dryRun, wait },
  description: [
    'Deletes what earlier releases and failed attempts left in the cluster: configuration by content hash, finished migration Jobs, other objects of their inventories, and release records beyond the limit. It takes the deploy lock first.',
    'It keeps everything of the deployed release, of the good release before it, and of an attempt that was left in place, so a rollback finds what it needs; objects that a pod still reads; running Jobs; ten records. It deletes only objects whose UID is in an inventory, never a volume, a CustomResourceDefinition or a namespace, and never an object that was created again under the same name.',
  ],
  examples: [
    ['leyenda gc staging --dry-run', 'what would be deleted, and what is kept and why'],
    ['leyenda gc staging --wait 300', 'delete it, after a running deploy'],
  ],
  exits: { different: 'some objects could not be deleted; they are named', locked, rejected },
  related: ['history', 'deploy'],
  document: {
    environment: environmentField,
    dryRun: z.boolean(),
    removed: z.array(object).describe('with dryRun: what would be deleted'),
    failed: z.array(object).describe('what could not be deleted'),
    kept: z.array(z.strictObject({ object, why: z.string() })),
  },
  run: ({ args, flags }, context) =>
    withCluster(args.environment, context, async (session) => {
      const { cluster, namespace } = session;
      const dryRun = flags['dry-run'];
      const { garbage, failed } = dryRun
        ? { garbage: await findOrphanedObjects(cluster, namespace), failed: [] }
        : await collect(session, actorOf(context.env), flags.wait);
      const lines = dryRun ? orphanLines(garbage, 'would delete') : orphanLines({ ...garbage, remove: [] }, '');
      if (garbage.remove.length === 0) lines.push('nothing to delete');
      context.out.result(lines.join('\n'), {
        environment: args.environment,
        dryRun,
        removed: garbage.remove.map(label).filter((name) => !failed.includes(name)),
        failed,
        kept: garbage.keep.map(({ item, why }) => ({ object: label(item), why })),
      });
      return failed.length > 0 ? exitCodes.different : exitCodes.ok;
    }),
});

/** Under the lock, because a deploy could start to use an object that is being deleted. */
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
