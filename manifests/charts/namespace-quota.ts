import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { commonLabels } from '../constructs/labels.ts';
import { cpuQuantity, memoryQuantity, quantityValue, toQuantities } from '../constructs/quantity.ts';
import { backupSidecar } from '../data/object-store.ts';
import type { Environment, Resources, Workload } from '../environments/environment.ts';

/** Pods of the migration, of dumps, and of people who look into something; each as large as one of the API. */
const otherPods = 10;

/** So many pods, with what each of their containers takes. */
interface Counted {
  readonly pods: number;
  readonly containers: readonly Resources[];
}

/** Pods of the stores; an operator adds one of the database's size while it makes or moves an instance. */
function stores({ database, cache }: Environment): Counted[] {
  const operated = database.kind === 'cloudnative-pg' ? database : undefined;
  const instance = database.kind === 'external' ? [] : [database.resources, ...(operated?.backups ? [backupSidecar] : [])];
  return [
    ...(database.kind === 'external' ? [] : [{ pods: operated ? operated.instances + 1 : 1, containers: instance }]),
    ...(operated?.pooler ? [{ pods: 2 * operated.pooler.instances, containers: [operated.pooler.resources] }] : []),
    ...(cache.kind === 'external' ? [] : [{ pods: 1, containers: [cache.resources] }]),
  ];
}

/** cert-manager answers a challenge by a Service that takes a port of the nodes, unless its issuer says otherwise. */
const nodePorts = ({ edge: { tls } }: Environment) => (tls.kind === 'cert-manager' ? 1 : 0);

/**
 * Most that the namespace can take, and what a container gets that asks for nothing. Twice the largest scale, because pods that
 * drain count until they are gone: a rolling update at full scale must fit.
 */
export function addNamespaceQuota(scope: Construct, environment: Environment): void {
  const { namespace, names, workloads } = environment;
  const labels = commonLabels(environment);
  const { api } = workloads;
  const counted: readonly Counted[] = [
    ...Object.values<Workload>(workloads).map(({ scaling, resources }) => ({ pods: 2 * scaling.max, containers: [resources] })),
    ...stores(environment),
    { pods: otherPods, containers: [api.resources] },
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
        // Nothing here is reached but through the edge.
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
