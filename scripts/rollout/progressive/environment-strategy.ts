import { prometheusPod } from '../../../manifests/constructs/canary-access.ts';
import { progressiveStrategyOf } from '../../../manifests/constructs/progressive-delivery.ts';
import type { Environment } from '../../../manifests/environments/environment.ts';
import type { PrometheusTarget } from '../../../manifests/environments/strategy.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { requestOver } from '../verify/smoke-test.ts';
import type { ProgressiveRelease } from './canary-objects.ts';
import { type PrometheusQuery, prometheusAt, queryPath } from './prometheus-query.ts';

/** What an environment declares, with a way to its Prometheus; undefined where releases are rolled. */
export function progressiveReleaseOf(environment: Environment, cluster: Cluster): ProgressiveRelease | undefined {
  const strategy = progressiveStrategyOf(environment);
  if (strategy === undefined) return undefined;
  const ask = strategy.gate && askOf(strategy.gate.prometheus, environment, cluster);
  return { strategy, names: environment.names, ...(ask && { prometheus: ask }) };
}

/** Through the API server to a pod, and not to a Service by its proxy: a namespace's NetworkPolicies let nothing in from there. */
function askOf(place: PrometheusTarget, { monitoring, ports }: Environment, cluster: Cluster): PrometheusQuery {
  if (place !== 'bundled' && 'url' in place) return prometheusAt(place.url);
  const { namespace, pod: name } = place === 'bundled' ? { namespace: monitoring?.namespace ?? '', pod: prometheusPod } : place;
  const pod = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  return async (promql, signal) => {
    const connection = await cluster.forward(pod, ports.prometheus);
    return requestOver(connection, { method: 'GET', path: queryPath(promql), host: 'localhost' }, signal);
  };
}
