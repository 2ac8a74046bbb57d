import type { k8s } from 'cdk8s-plus-28';
import type { KubernetesObject } from '../objects.ts';

/** Kind → resource, as the API server names it in rules. */
const resources: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Service: 'services',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  Job: 'jobs',
  CronJob: 'cronjobs',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Cluster: 'clusters',
  Pooler: 'poolers',
  ScheduledBackup: 'scheduledbackups',
  ObjectStore: 'objectstores',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  ScaledObject: 'scaledobjects',
  PodDisruptionBudget: 'poddisruptionbudgets',
  NetworkPolicy: 'networkpolicies',
  ExternalSecret: 'externalsecrets',
  SealedSecret: 'sealedsecrets',
  Gateway: 'gateways',
  HTTPRoute: 'httproutes',
  Ingress: 'ingresses',
  Middleware: 'middlewares',
  Certificate: 'certificates',
  PodMonitor: 'podmonitors',
  PrometheusRule: 'prometheusrules',
  AlertmanagerConfig: 'alertmanagerconfigs',
};

const groupOf = (object: KubernetesObject) => (object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '');

/** What the release tool itself needs: to judge, to collect evidence, to ask the service, to lock and to record. */
const toolRules: readonly k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'] },
];

/**
 * The rules of the deployer's Role, made from the objects it deploys: no more and no fewer.
 * @throws for a kind whose resource name is not known here
 */
export function deployerRules(objects: readonly KubernetesObject[]): k8s.PolicyRule[] {
  const byGroup = new Map<string, Set<string>>();
  for (const object of objects) {
    const resource = resources[object.kind];
    if (!resource)
      throw new Error(
        `deployer Role: the resource name of ${object.apiVersion} ${object.kind} (${object.metadata.name}) is not known; add it to the table`,
      );
    byGroup.set(groupOf(object), (byGroup.get(groupOf(object)) ?? new Set()).add(resource));
  }
  const derived = [...byGroup].map(([group, names]) => ({
    apiGroups: [group],
    resources: [...names].sort(),
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  }));
  return [...derived, ...toolRules];
}
