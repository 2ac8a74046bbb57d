import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lockState, readDeployLock } from '../rollout/record/deploy-lock.ts';
import { lastGood, readHistory } from '../rollout/record/release-history.ts';
import { releaseHealth } from '../rollout/status/release-health.ts';

/** Shows who deploys, and the state of the workloads of the release that serves. */
export const statusCommand: Handlers['status'] = ({ args }, context) =>
  withCluster(args.environment, context, async (session) => {
    const { cluster, namespace, out } = session;
    const [history, lease] = await Promise.all([readHistory(cluster, namespace), readDeployLock(cluster, namespace)]);
    const serving = lastGood(history);
    const health = serving === undefined ? undefined : await releaseHealth(session, serving);
    const lock = lockState(lease, cluster.now());
    const lines = [
      ...(lock.state === 'free' ? [] : [`lock ${lock.state}: ${lock.holder}`]),
      ...(health === undefined
        ? ['no good release was deployed yet']
        : health.healthy
          ? [`healthy: revision ${serving?.revision}: ${health.workloads.join(', ')}`]
          : health.problems),
    ];
    out.result(lines.join('\n'), {
      environment: args.environment,
      serving: serving?.revision ?? null,
      lock,
      health: health ?? null,
    });
    return health?.healthy === true ? exitCodes.ok : exitCodes.different;
  });
