import type { k8s } from 'cdk8s-plus-28';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** All kinds that a release may contain: API group → kind → resource name in RBAC rules. */
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

/** Verbs for plan, apply and rollback. The API server authorizes a patch that creates an object as `create`. */
const deployedVerbs = ['get', 'create', 'patch', 'delete'];
/** Verbs for kinds that only an earlier release may have had: their objects can be deleted. */
const leftoverVerbs = ['get', 'delete'];
/** Kinds that the release tool waits for: it watches them instead of polling. */
const watched: readonly string[] = ['Deployment', 'StatefulSet', 'Job', 'Cluster', 'ExternalSecret'];
/** Never deleted, so that no release can lose a volume's data. */
const kept: readonly string[] = ['PersistentVolumeClaim'];

/** Calls of the release tool apart from the deployed objects; scripts/rollout/deploy/permissions-used.test.ts compares them with its actual calls. */
const toolRules: readonly k8s.PolicyRule[] = [
  // Verification, migration logs, evidence.
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['controllerrevisions', 'replicasets'], verbs: ['list', 'watch'] },
  // Smoke tests. API servers differ in the verb of a WebSocket: get or create.
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
  // Checks to which environment the namespace belongs.
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  // Deploy lock.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  // Release records.
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'create', 'patch', 'delete'] },
];

/** Broken pods of a StatefulSet block its rollback, so the release tool deletes them. */
const statefulSetRecoveryRules: readonly k8s.PolicyRule[] = [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }];

/** A permission in a namespace, in the terms of RBAC. */
export interface RbacPermission {
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
}

/** The permissions that rules grant, without duplicates. */
export function rbacPermissionsOf(rules: readonly k8s.PolicyRule[]): RbacPermission[] {
  const all = rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );
  return [...new Map(all.map((each) => [`${each.group}/${each.resource} ${each.verb}`, each])).values()];
}

/**
 * The rules of the deployer's Role, derived from the objects that it deploys; a deploy checks these permissions before it plans. Objects of
 * all other kinds may only be deleted, which an environment that no longer has them requires.
 * @throws for a kind that the table does not have
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
  const recovery = objects.some(({ kind }) => kind === 'StatefulSet') ? statefulSetRecoveryRules : [];
  return [...grouped(derived.filter(({ verbs }) => verbs.length > 0)), ...toolRules, ...recovery];
}

/** One rule for all resources of a group with the same verbs. */
function grouped(
  permissions: readonly { readonly group: string; readonly resource: string; readonly verbs: string[] }[],
): k8s.PolicyRule[] {
  const byRule = Map.groupBy(permissions, ({ group, verbs }) => `${group} ${verbs.join()}`);
  return [...byRule.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ apiGroups: [first.group], resources: same.map(({ resource }) => resource).sort(), verbs: first.verbs }] : [];
  });
}

/**
 * The rules of the read-only user's Role: release records, and dry runs of each object. A dry run requires the permission to patch; an
 * admission policy denies real writes.
 */
export function readOnlyRules(objects: readonly KubernetesObject[]): k8s.PolicyRule[] {
  const dryRuns = Object.entries(deployable).flatMap(([group, kinds]) =>
    Object.entries(kinds)
      .filter(([kind]) => objects.some((object) => groupOf(object) === group && object.kind === kind))
      .map(([, resource]) => ({ group, resource, verbs: ['get', 'patch'] })),
  );
  return [
    ...grouped(dryRuns),
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
  ];
}
