import type { Environment } from '../../../manifests/environments/environment.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { prometheusInCluster, targetScopeOf } from '../../prometheus/access.ts';
import { instantQueries } from '../../prometheus/query.ts';
import type { ProgressiveRelease } from './canary-objects.ts';

/** The environment's strategy and access to its Prometheus; undefined if the environment uses rolling updates. */
export function progressiveReleaseOf(environment: Environment, cluster: Cluster): ProgressiveRelease | undefined {
  const { strategy, names } = environment;
  if (strategy === undefined) return undefined;
  return {
    strategy,
    names,
    targets: targetScopeOf(environment),
    ...(strategy.gate && { prometheus: instantQueries(prometheusInCluster(environment, cluster)) }),
  };
}
