import { hostname } from 'node:os';
import type { ChartName } from '../../manifests/chart-names.ts';
import { deployments } from '../../manifests/environments/index.ts';
import { synthesize } from '../../manifests/synth.ts';
import type { EnvironmentName } from '../../service/contract/product.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { gitUser } from '../cli/git-user.ts';
import { asRefusal } from '../rollout/api-error.ts';
import { type Cluster, connect } from '../rollout/cluster.ts';
import type { Chart } from '../rollout/order.ts';
import { assertOwner } from '../rollout/owner.ts';
import type { Run } from '../rollout/run.ts';
import { smoke } from '../rollout/smoke.ts';

/** The chart that brings the namespace and the rights in it. */
const platformChart = 'platform' satisfies ChartName;

/** A command's way to a cluster: the environment's charts and what a rollout works with. */
export interface Session extends Run {
  readonly charts: readonly Chart[];
}

/**
 * Runs a command against the cluster that KUBECONFIG names; an error of the API server that ends it is explained with a remedy.
 */
export async function withCluster<T>(
  environment: EnvironmentName,
  image: string | undefined,
  context: Context,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const cluster: Cluster = connect();
  const charts = synthesize(environment, { image });
  const namespace = namespaceOf(charts);
  const owner = { product: deployments[environment].names.prefix, environment };
  try {
    await assertOwner(cluster, namespace, owner);
    return await act({
      cluster,
      namespace,
      owner,
      charts,
      out: context.out,
      signal: context.signal,
      smoke: (expected, limits, signal) => smoke(cluster, expected, limits, signal),
    });
  } catch (error) {
    if (context.signal.aborted && !(error instanceof Failure)) throw new Failure('failed', 'interrupted', 'run it again');
    const platform = `a cluster administrator must run: leyenda synth ${environment} && kubectl apply --server-side -f dist/${environment}/${platformChart}.yaml`;
    throw asRefusal(error, { namespace, platformRemedy: platform });
  }
}

function namespaceOf(charts: readonly Chart[]): string {
  const platform = charts.find(({ chart }) => chart === platformChart);
  const name = platform?.objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  if (name === undefined) throw new Error('the platform chart declares no Namespace');
  return name;
}

/** Who deploys, as far as the surroundings tell: recorded with the release and shown to whom the lock keeps out. */
export function actorOf(env: Context['env']): string {
  const who = env.GITHUB_ACTOR || env.USER || gitUser() || `unknown on ${hostname()}`;
  const where = env.GITHUB_RUN_ID === undefined ? `process ${process.pid}` : `GitHub run ${env.GITHUB_RUN_ID}`;
  return `${who} (${where})`;
}
