import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { commonLabels } from '../constructs/labels.ts';
import { cpuQuantity, memoryQuantity, quantityValue, toQuantities } from '../constructs/quantity.ts';
import { backupSidecar } from '../data/object-store.ts';
import type { Environment, Resources, Workload } from '../environments/environment.ts';

/** For the migration, dumps and debugging; each the size of an API pod. */
const extraPods = 10;

interface PodCount {
  readonly pods: number;
  readonly containers: readonly Resources[];
}

/** Pods of the stores; CloudNativePG starts one more while it creates or moves an instance. */
function stores({ database, cache }: Environment): PodCount[] {
  const cluster = database.kind === 'cloudnative-pg' ? database : undefined;
  const instance = database.kind === 'external' ? [] : [database.resources, ...(cluster?.backups ? [backupSidecar] : [])];
  return [
    ...(database.kind === 'external' ? [] : [{ pods: cluster ? cluster.instances + 1 : 1, containers: instance }]),
    ...(cluster?.pooler ? [{ pods: 2 * cluster.pooler.instances, containers: [cluster.pooler.resources] }] : []),
    ...(cache.kind === 'external' ? [] : [{ pods: 1, containers: [cache.resources] }]),
  ];
}

/** cert-manager's solver for HTTP-01 challenges has a Service with a node port. */
const nodePorts = ({ edge: { tls } }: Environment) => (tls.kind === 'cert-manager' ? 1 : 0);

/**
 * ResourceQuota and default resources of the namespace. The quota is twice the maximum scale, because draining pods still count: a rolling
 * update at maximum scale must fit.
 */
export function addNamespaceQuota(scope: Construct, environment: Environment): void {
  const { namespace, names, workloads } = environment;
  const labels = commonLabels(environment);
  const { api } = workloads;
  const counted: readonly PodCount[] = [
    ...Object.values<Workload>(workloads).map(({ scaling, resources }) => ({ pods: 2 * scaling.max, containers: [resources] })),
    ...stores(environment),
    { pods: extraPods, containers: [api.resources] },
  ];
  const sum = (amount: (resources: Resources) => string) =>
    counted.reduce((total, { pods, containers }) => containers.reduce((one, each) => one + pods * quantityValue(amount(each)), total), 0);
  new k8s.KubeResourceQuota(scope, 'quota', {
    metadata: { namespace, labels, name: `${names.prefix}-quota` },
    spec: {
      hard: {
        pods: k8s.Quantity.fromNumber(counted.reduce((total, { pods }) => total + pods, 0)),
        'requests.cpu': cpuQuantity(sum(({ requests }) => requests.cpu)),
        'requests.memory': memoryQuantity(sum(({ requests }) => requests.memory)),
        'limits.memory': memoryQuantity(sum(({ limits }) => limits.memory)),
        // All traffic enters through the edge.
        'services.loadbalancers': k8s.Quantity.fromNumber(0),
        'services.nodeports': k8s.Quantity.fromNumber(nodePorts(environment)),
      },
    },
  });
  new k8s.KubeLimitRange(scope, 'limits', {
    metadata: { namespace, labels, name: `${names.prefix}-limits` },
    spec: {
      limits: [{ type: 'Container', default: toQuantities(api.resources.limits), defaultRequest: toQuantities(api.resources.requests) }],
    },
  });
}
