import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Environment, Resources, Workload } from '../environments/environment.ts';
import { commonLabels } from './labels.ts';
import { amountOf, bytes, cores, quantities } from './quantity.ts';

/** Pods of the migration, of dumps, and of people who look into something; each as large as one of the API. */
const otherPods = 10;

/** Pods of the stores; an operator adds one of the database's size while it makes or moves an instance. */
function stores({ database, cache }: Environment): (readonly [number, Resources])[] {
  const instances = database.kind === 'cloudnative-pg' ? database.instances + 1 : 1;
  const pooler = database.kind === 'cloudnative-pg' ? database.pooler : undefined;
  return [
    ...(database.kind === 'external' ? [] : [[instances, database.resources] as const]),
    ...(pooler ? [[2 * pooler.instances, pooler.resources] as const] : []),
    ...(cache.kind === 'external' ? [] : [[1, cache.resources] as const]),
  ];
}

/**
 * Most that the namespace can take, and what a container gets that asks for nothing. Twice the largest scale, because pods that
 * drain count until they are gone: a rolling update at full scale must fit.
 */
export function namespaceBounds(scope: Construct, environment: Environment): void {
  const { namespace, names, workloads } = environment;
  const labels = commonLabels(environment);
  const { api } = workloads;
  const counted: readonly (readonly [number, Resources])[] = [
    ...Object.values<Workload>(workloads).map(({ scaling, resources }) => [2 * scaling.max, resources] as const),
    ...stores(environment),
    [otherPods, api.resources],
  ];
  const sum = (amount: (resources: Resources) => string) =>
    counted.reduce((total, [pods, resources]) => total + pods * amountOf(amount(resources)), 0);
  new k8s.KubeResourceQuota(scope, 'quota', {
    metadata: { namespace, labels, name: `${names.prefix}-quota` },
    spec: {
      hard: {
        pods: k8s.Quantity.fromNumber(counted.reduce((total, [pods]) => total + pods, 0)),
        'requests.cpu': cores(sum(({ requests }) => requests.cpu)),
        'requests.memory': bytes(sum(({ requests }) => requests.memory)),
        'limits.memory': bytes(sum(({ limits }) => limits.memory)),
        // Nothing here is reached but through the edge.
        'services.loadbalancers': k8s.Quantity.fromNumber(0),
        'services.nodeports': k8s.Quantity.fromNumber(0),
      },
    },
  });
  new k8s.KubeLimitRange(scope, 'limits', {
    metadata: { namespace, labels, name: `${names.prefix}-limits` },
    spec: {
      limits: [{ type: 'Container', default: quantities(api.resources.limits), defaultRequest: quantities(api.resources.requests) }],
    },
  });
}
