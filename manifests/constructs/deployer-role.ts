import type { k8s } from 'cdk8s-plus-28';
import type { KubernetesObject } from '../objects.ts';

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
  'bitnami.com': { SealedSecret: 'sealedsecrets' },
  'gateway.networking.k8s.io': { Gateway: 'gateways', HTTPRoute: 'httproutes' },
  'traefik.io': { Middleware: 'middlewares' },
  'cert-manager.io': { Certificate: 'certificates' },
  'monitoring.coreos.com': { PodMonitor: 'podmonitors', PrometheusRule: 'prometheusrules', AlertmanagerConfig: 'alertmanagerconfigs' },
};

const groupOf = ({ apiVersion }: KubernetesObject) => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

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
 * The rules of the deployer's Role, made from the objects it deploys. Of the other kinds that a release may have had before, it may
 * only remove what is left over: else a changed environment could never be rid of them.
 * @throws for a kind whose resource name is not known here
 */
export function deployerRules(objects: readonly KubernetesObject[]): k8s.PolicyRule[] {
  const unknown = objects.find((object) => !deployable[groupOf(object)]?.[object.kind]);
  if (unknown)
    throw new Error(
      `deployer Role: the resource name of ${unknown.apiVersion} ${unknown.kind} (${unknown.metadata.name}) is not known; add it to the table`,
    );
  const derived = Object.entries(deployable).flatMap(([group, kinds]) => {
    const isDeployed = ([kind]: readonly [string, string]) => objects.some((object) => groupOf(object) === group && object.kind === kind);
    const rule = (verbs: string[], named: readonly (readonly [string, string])[]) =>
      named.length > 0 ? [{ apiGroups: [group], resources: named.map(([, resource]) => resource).sort(), verbs }] : [];
    const [deployed, others] = [Object.entries(kinds).filter(isDeployed), Object.entries(kinds).filter((each) => !isDeployed(each))];
    return [...rule(['get', 'list', 'watch', 'create', 'patch', 'delete'], deployed), ...rule(['get', 'delete'], others)];
  });
  return [...derived, ...toolRules];
}
