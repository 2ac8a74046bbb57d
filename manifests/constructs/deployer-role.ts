import type { k8s } from 'cdk8s-plus-28';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** API group → kind → resource, as the API server names it in rules: everything that a release may contain. */
const deployable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': { ConfigMap: 'configmaps', Service: 'services', PersistentVolumeClaim: 'persistentvolumeclaims' },
  apps: { Deployment: 'deployments', StatefulSet: 'statefulsets' },
  batch: { Job: 'jobs', CronJob: 'cronjobs' },
  'postgresql.cnpg.io': { Cluster: 'clusters', Pooler: 'poolers', ScheduledBackup: 'scheduledbackups' },
  'barmancloud.cnpg.io': { ObjectStore: 'objectstores' },
  autoscaling: { HorizontalPodAutoscaler: 'horizontalpodautoscalers' },
  'keda.sh': { ScaledObject: 'scaledobjects' },
  policy: { PodDisruptionBudget: 'poddisruptionbudgets' },
  'networking.k8s.io': { NetworkPolicy: 'networkpolicies', Ingress: 'ingresses' },
  'external-secrets.io': { ExternalSecret: 'externalsecrets' },
  'gateway.networking.k8s.io': { Gateway: 'gateways', HTTPRoute: 'httproutes' },
  'traefik.io': { Middleware: 'middlewares' },
  'cert-manager.io': { Certificate: 'certificates' },
  'monitoring.coreos.com': { PodMonitor: 'podmonitors', PrometheusRule: 'prometheusrules', AlertmanagerConfig: 'alertmanagerconfigs' },
};

const groupOf = ({ apiVersion }: KubernetesObject) => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** What a plan reads, an apply writes and a rollback removes. A patch that makes an object is judged as `create`. */
const deployedVerbs = ['get', 'create', 'patch', 'delete'];
/** What takes away what an earlier release left. */
const leftoverVerbs = ['get', 'delete'];
/** Waited for until they are healthy: a watch spares the API server the calls. Without it the release tool reads them again and again. */
const watched: readonly string[] = ['Deployment', 'StatefulSet', 'Job', 'Cluster', 'ExternalSecret'];
/** Never pruned: who may not delete a volume cannot lose what is on it. */
const kept: readonly string[] = ['PersistentVolumeClaim'];

/** What the release tool itself calls, besides the objects that it deploys; scripts/rollout/deploy/permissions-used.test.ts compares it with the calls that it makes. */
const toolRules: readonly k8s.PolicyRule[] = [
  // To judge, to follow a migration, to collect evidence.
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['controllerrevisions', 'replicasets'], verbs: ['list', 'watch'] },
  // To ask the service itself; servers differ in which of the two verbs a web socket is.
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
  // To see to which environment the namespace belongs.
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  // To lock.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  // To record and to forget releases.
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'create', 'patch', 'delete'] },
];

/** A StatefulSet's broken pods stand in the way of their own rollback: they are removed. */
const unblockRules: readonly k8s.PolicyRule[] = [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }];

/** One thing that an account may do in a namespace, as the API server's authorizers name it. */
export interface RbacPermission {
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
}

/** Every right that rules give, once. */
export function rbacPermissionsOf(rules: readonly k8s.PolicyRule[]): RbacPermission[] {
  const all = rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );
  return [...new Map(all.map((right) => [`${right.group}/${right.resource} ${right.verb}`, right])).values()];
}

/**
 * The rules of the deployer's Role, made from the objects it deploys; a deploy asks for exactly these rights before it plans.
 * Of the other kinds that a release may have had before, it may only remove what is left over: else a changed environment could
 * never be rid of them.
 * @throws for a kind whose resource name is not known here
 */
export function deployerRules(objects: readonly KubernetesObject[]): k8s.PolicyRule[] {
  const unknown = objects.find((object) => !deployable[groupOf(object)]?.[object.kind]);
  if (unknown)
    throw new Error(
      `deployer Role: the resource name of ${unknown.apiVersion} ${unknown.kind} (${unknown.metadata.name}) is not known; add it to the table`,
    );
  const derived = Object.entries(deployable).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([kind, resource]) => {
      const isDeployed = objects.some((object) => groupOf(object) === group && object.kind === kind);
      if (kept.includes(kind)) return { group, resource, verbs: isDeployed ? deployedVerbs.filter((verb) => verb !== 'delete') : [] };
      if (!isDeployed) return { group, resource, verbs: leftoverVerbs };
      return { group, resource, verbs: watched.includes(kind) ? [...deployedVerbs, 'watch'] : deployedVerbs };
    }),
  );
  const unblocks = objects.some(({ kind }) => kind === 'StatefulSet') ? unblockRules : [];
  return [...grouped(derived.filter(({ verbs }) => verbs.length > 0)), ...toolRules, ...unblocks];
}

/** One rule for all resources of a group with the same verbs. */
function grouped(rights: readonly { readonly group: string; readonly resource: string; readonly verbs: string[] }[]): k8s.PolicyRule[] {
  const byRule = Map.groupBy(rights, ({ group, verbs }) => `${group} ${verbs.join()}`);
  return [...byRule.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ apiGroups: [first.group], resources: same.map(({ resource }) => resource).sort(), verbs: first.verbs }] : [];
  });
}

/**
 * The rules of the Role of who only looks: the records, and each object as it would be after an apply. The API server asks for the right to
 * patch even where nothing is to be written; that it stays so is the admission policy's to see to.
 */
export function readOnlyRules(objects: readonly KubernetesObject[]): k8s.PolicyRule[] {
  const looked = Object.entries(deployable).flatMap(([group, kinds]) =>
    Object.entries(kinds)
      .filter(([kind]) => objects.some((object) => groupOf(object) === group && object.kind === kind))
      .map(([, resource]) => ({ group, resource, verbs: ['get', 'patch'] })),
  );
  return [
    ...grouped(looked),
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
  ];
}
