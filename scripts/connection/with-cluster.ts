import type { ChartName } from '../../manifests/chart-names.ts';
import { deployments, type EnvironmentName } from '../../manifests/environments/index.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { toFailure } from '../cluster/api-failure.ts';
import { assertNamespaceOwner } from '../rollout/record/namespace-owner.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { smokeTest } from '../rollout/verify/smoke-test.ts';
import { assertExpectedCluster } from './expected-cluster.ts';

/** The chart with the namespace and its permissions. */
const platformChart = 'platform' satisfies ChartName;

/**
 * Runs `act` against the cluster of KUBECONFIG.
 * @throws {Failure} for an error of the API server too, with its fix
 */
export async function withCluster<T>(environment: EnvironmentName, context: Context, act: (run: RolloutContext) => Promise<T>): Promise<T> {
  // The Kubernetes client takes a third of the time of `leyenda --help`, which does not need it.
  const { connect } = await import('./connect.ts');
  const { cluster, server } = connect();
  const { names, namespace, cluster: properties } = deployments[environment];
  const owner = { product: names.prefix, environment };
  try {
    await assertExpectedCluster(environment, properties?.identity, server, cluster);
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
