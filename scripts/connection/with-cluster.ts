import { hostname } from 'node:os';
import type { EnvironmentName } from '../../contract/product.ts';
import type { ChartName } from '../../manifests/chart-names.ts';
import { deployments } from '../../manifests/environments/index.ts';
import { gitUser } from '../cli/actor.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { toFailure } from '../cluster/api-failure.ts';
import { assertNamespaceOwner } from '../rollout/record/namespace-owner.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { smokeTest } from '../rollout/verify/smoke-test.ts';
import { connect } from './connect.ts';
import { assertExpectedCluster } from './expected-cluster.ts';

/** The chart that brings the namespace and the rights in it. */
const platformChart = 'platform' satisfies ChartName;

/**
 * Runs a command against the cluster that KUBECONFIG names; an error of the API server that ends it is explained with a remedy.
 */
export async function withCluster<T>(environment: EnvironmentName, context: Context, act: (run: RolloutContext) => Promise<T>): Promise<T> {
  const { cluster, server } = connect();
  const { names, namespace, cluster: expected } = deployments[environment];
  const owner = { product: names.prefix, environment };
  try {
    await assertExpectedCluster(environment, expected, server, cluster);
    await assertNamespaceOwner(cluster, namespace, owner);
    return await act({
      cluster,
      namespace,
      owner,
      out: context.out,
      signal: context.signal,
      smoke: (expected, limits, signal) => smokeTest(cluster, expected, limits, signal),
    });
  } catch (error) {
    if (context.signal.aborted && !(error instanceof Failure)) throw new Failure('failed', 'interrupted', 'run it again');
    const platform = `a cluster administrator must run: leyenda synth ${environment} && kubectl apply --server-side -f dist/${environment}/${platformChart}.yaml`;
    throw toFailure(error, { namespace, platformRemedy: platform });
  }
}

/** Who deploys, as far as the surroundings tell: recorded with the release and shown to whom the lock keeps out. */
export function actorOf(env: Context['env']): string {
  const who = env.GITHUB_ACTOR || env.USER || gitUser() || `unknown on ${hostname()}`;
  const where = env.GITHUB_RUN_ID === undefined ? `process ${process.pid}` : `GitHub run ${env.GITHUB_RUN_ID}`;
  return `${who} (${where})`;
}
