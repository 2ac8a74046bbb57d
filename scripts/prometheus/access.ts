import { prometheusPodOf } from '../../manifests/constructs/gate-access.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import type { TargetScope } from '../../manifests/prometheus/promql.ts';
import { Failure } from '../cli/failure.ts';
import { isAnonymous, isStatus } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Ref } from '../cluster/objects.ts';
import { requestOver } from '../rollout/verify/smoke-test.ts';
import { parseJson } from '../values/json.ts';
import type { PrometheusApi } from './query.ts';

/** Default query timeout of Prometheus is 2 minutes; a month of history takes seconds. */
const queryTimeoutMs = 60_000;

/** The pod of the environment's Prometheus. */
const podOf = ({ monitoring }: Pick<Environment, 'monitoring'>): Ref => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: monitoring.namespace,
  name: prometheusPodOf(monitoring),
});

/** @throws {Failure} `rejected` if the pod of Prometheus does not exist and the account may read pods there */
export const assertPrometheusPod = (environment: Pick<Environment, 'monitoring'>, cluster: Cluster): Promise<void> =>
  assertMonitoringPod(podOf(environment), cluster);

/** @throws {Failure} `rejected` if a pod of the monitoring does not exist and the account may read pods there */
export async function assertMonitoringPod(pod: Ref, cluster: Cluster): Promise<void> {
  try {
    if ((await cluster.get(pod)) !== undefined) return;
  } catch (error) {
    if (isStatus(error, 403) && !isAnonymous(error)) return;
    throw error;
  }
  throw new Failure(
    'rejected',
    `there is no pod ${pod.name} in ${pod.namespace}`,
    'install the monitoring, or correct "monitoring" of the environment',
  );
}

/** Connects to the pod through the API server. A NetworkPolicy of the namespace would block the API server's proxy to a Service. */
export function prometheusInCluster({ monitoring, ports }: Pick<Environment, 'monitoring' | 'ports'>, cluster: Cluster): PrometheusApi {
  const pod = podOf({ monitoring });
  return async (path, signal) => {
    const connection = await cluster.forward(pod, ports.prometheus);
    return requestOver(connection, { method: 'GET', path, host: 'localhost' }, signal, queryTimeoutMs);
  };
}

export const prometheusAt =
  (url: string): PrometheusApi =>
  async (path, signal) => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(queryTimeoutMs)]) });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) ?? text };
  };

/** The environment's own targets and rules: a Prometheus of the cluster may have those of several environments. */
export const targetScopeOf = ({ monitoring, namespace }: Pick<Environment, 'monitoring' | 'namespace'>): TargetScope =>
  monitoring.kind === 'operator' ? { namespace: { is: namespace } } : {};
