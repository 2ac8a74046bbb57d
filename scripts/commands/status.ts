import { exitCodes } from '../../service/contract/cli.ts';
import type { Handlers } from '../cli/context.ts';
import { lastGood, readHistory } from '../rollout/history.ts';
import { lockState, readLock } from '../rollout/lock.ts';
import { healthOf } from '../rollout/status.ts';
import { withCluster } from './session.ts';

/** Shows the releases that the cluster remembers, the lock, and the state of the workloads of the one that serves. */
export const statusCommand: Handlers['status'] = ({ args }, context) =>
  withCluster(args.environment, undefined, context, async (session) => {
    const { cluster, namespace, out } = session;
    const [history, lease] = await Promise.all([readHistory(cluster, namespace), readLock(cluster, namespace)]);
    const serving = lastGood(history);
    const health = serving === undefined ? undefined : await healthOf(session, serving);
    const releases = history.map(({ revision, outcome, image, createdAt, actor, cause }) => ({
      revision,
      outcome,
      image,
      createdAt,
      actor,
      cause,
    }));
    const lock = lockState(lease, cluster.now());
    const lines = [
      ...releases.map(
        ({ revision, outcome, image, createdAt, cause }) =>
          `revision ${revision} ${outcome} ${createdAt} ${image}${cause === '' ? '' : `: ${cause}`}`,
      ),
      ...(lock.state === 'free' ? [] : [`lock ${lock.state}: ${lock.holder}`]),
      ...(health === undefined
        ? ['no good release was deployed yet']
        : health.healthy
          ? [`healthy: ${health.workloads.join(', ')}`]
          : health.problems),
    ];
    out.result(lines.join('\n'), {
      environment: args.environment,
      serving: serving?.revision ?? null,
      releases,
      lock,
      health: health ?? null,
    });
    return health?.healthy === true ? exitCodes.ok : exitCodes.different;
  });
