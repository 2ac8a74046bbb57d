import { prometheusPodOf } from '../../../manifests/constructs/gate-access.ts';
import type { Environment } from '../../../manifests/environments/environment.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { requestOver } from '../verify/smoke-test.ts';
import type { ProgressiveRelease } from './canary-objects.ts';
import { type PrometheusQuery, queryPath } from './prometheus-query.ts';

/** The environment's strategy and access to its Prometheus; undefined if the environment uses rolling updates. */
export function progressiveReleaseOf(environment: Environment, cluster: Cluster): ProgressiveRelease | undefined {
  const { strategy, names, monitoring, namespace } = environment;
  if (strategy === undefined) return undefined;
  return {
    strategy,
    names,
    ...(monitoring.kind === 'operator' && { targets: { namespace: { is: namespace } } }),
    ...(strategy.gate && { prometheus: queryThroughApiServer(environment, cluster) }),
  };
}

/** Queries the pod through the API server. A NetworkPolicy of the namespace would block the API server's proxy to a Service. */
function queryThroughApiServer({ monitoring, ports }: Environment, cluster: Cluster): PrometheusQuery {
  const pod = { apiVersion: 'v1', kind: 'Pod', namespace: monitoring.namespace, name: prometheusPodOf(monitoring) };
  return async (promql, signal) => {
    const connection = await cluster.forward(pod, ports.prometheus);
    return requestOver(connection, { method: 'GET', path: queryPath(promql), host: 'localhost' }, signal);
  };
}
