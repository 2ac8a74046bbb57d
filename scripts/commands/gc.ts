import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { actorOf, withCluster } from '../connection/with-cluster.ts';
import { type Garbage, garbageLines, garbageOf } from '../rollout/gc.ts';
import { holding, waitForLock } from '../rollout/lock.ts';
import { label } from '../rollout/objects.ts';
import { prune } from '../rollout/rollback.ts';
import type { Run } from '../rollout/run.ts';

/** Removes what earlier releases left behind, under the lock: no deploy may bring it back meanwhile. */
export const gcCommand: Handlers['gc'] = ({ args, flags }, context) =>
  withCluster(args.environment, context, async (session) => {
    const { cluster, namespace, out } = session;
    const dryRun = flags['dry-run'];
    const { garbage, failed } = dryRun
      ? { garbage: await garbageOf(cluster, namespace), failed: [] }
      : await collect(session, actorOf(context.env), flags.wait);
    const lines = dryRun ? garbageLines(garbage, 'would remove') : garbageLines({ ...garbage, remove: [] }, '');
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

async function collect(session: Run, actor: string, waitSeconds: number): Promise<{ garbage: Garbage; failed: string[] }> {
  const { lock } = await waitForLock(session, actor, waitSeconds);
  try {
    const garbage = await garbageOf(session.cluster, session.namespace);
    return { garbage, failed: (await prune(holding(session, lock), garbage.remove)).map(label) };
  } finally {
    await lock.release();
  }
}
