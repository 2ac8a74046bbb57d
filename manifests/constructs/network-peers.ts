import type { k8s } from 'cdk8s-plus-28';
import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { type Connection, connections } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { apiTracks } from './canary.ts';
import { selectorLabels } from './labels.ts';

/** Address ranges that are not on the internet. */
const linkLocal = '169.254.0.0/16';
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', linkLocal, '100.64.0.0/10'];

/** Location of a component in an environment. */
type Location =
  /** Pods of this environment. Default selector: the component's labels. */
  | { readonly kind: 'pods'; readonly namespace: string; readonly selector?: k8s.LabelSelector }
  /** Pods that other teams or operators deploy. */
  | { readonly kind: 'external-pods'; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> }
  | { readonly kind: 'networks'; readonly networks: readonly string[]; readonly except?: readonly string[] };

const internet: Location = { kind: 'networks', networks: ['0.0.0.0/0'], except: privateNetworks };

/** Labels that CloudNativePG sets on its pods: instances with their jobs, and poolers. */
const cluster = 'cnpg.io/cluster';
const poolerName = 'cnpg.io/poolerName';
export const instanceSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres },
  matchExpressions: [{ key: poolerName, operator: 'DoesNotExist' }],
});
export const poolerSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres, [poolerName]: names.pooler },
});
export const poolerOf = ({ database }: Environment) => (database.kind === 'cloudnative-pg' ? database.pooler : undefined);

/** Returns undefined if the component does not run in the environment. */
function locationOf(environment: Environment, component: ComponentName): Location | undefined {
  const { workloads, database, cache, edge, monitoring, logs, namespace } = environment;
  const own: Location = { kind: 'pods', namespace };
  const role = workloadRoles.find((each) => each === component);
  if (role) return workloads[role] && own;
  switch (component) {
    case 'migrate':
      return own;
    case 'postgres':
      if (database.kind === 'external') return { kind: 'networks', networks: database.networks };
      return database.kind === 'stateful-set' ? own : { ...own, selector: instanceSelector(environment) };
    case 'pooler':
      return poolerOf(environment) && { ...own, selector: poolerSelector(environment) };
    case 'backup':
      return database.kind === 'stateful-set' && database.backups ? own : undefined;
    case 'object-store': {
      return database.kind === 'cloudnative-pg' && database.backups ? internet : undefined;
    }
    case 'postgres-operator':
      return database.kind === 'cloudnative-pg'
        ? { kind: 'external-pods', namespace: database.operator.namespace, labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } }
        : undefined;
    case 'redis':
      return cache.kind === 'external' ? { kind: 'networks', networks: cache.networks } : own;
    case 'dns':
      return { kind: 'external-pods', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    case 'edge':
      return { kind: 'external-pods', namespace: edge.namespace };
    case 'kubernetes':
      // Pods see a Service address that is translated before policies apply, so the real one is unknown. Link-local is the metadata service.
      return { kind: 'networks', networks: privateNetworks.filter((network) => network !== linkLocal) };
    case 'model':
    case 'receivers':
      return internet;
    case 'prometheus':
      return { kind: monitoring.kind === 'operator' ? 'external-pods' : 'pods', namespace: monitoring.namespace };
    case 'fluent-bit':
      return logs && { kind: 'pods', namespace: logs.namespace };
    case 'elasticsearch':
      return logs && { kind: 'external-pods', namespace: logs.elasticsearch.namespace };
    default:
      return monitoring.kind === 'bundled' ? { kind: 'pods', namespace: monitoring.namespace } : undefined;
  }
}

const namespaceNamed = (name: string): k8s.LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

/** Peers of a NetworkPolicy in the namespace `seenFrom` that match a component; empty if it does not run. */
export function networkPeersOf(environment: Environment, component: ComponentName, seenFrom: string): k8s.NetworkPolicyPeer[] {
  const location = locationOf(environment, component);
  switch (location?.kind) {
    case undefined:
      return [];
    case 'networks':
      return location.networks.map((cidr) => ({ ipBlock: { cidr, ...(location.except && { except: [...location.except] }) } }));
    case 'external-pods':
      return [
        {
          namespaceSelector: namespaceNamed(location.namespace),
          ...(location.labels && { podSelector: { matchLabels: { ...location.labels } } }),
        },
      ];
    case 'pods': {
      const podSelector = podSelectorOf(environment, component);
      return [location.namespace === seenFrom ? { podSelector } : { namespaceSelector: namespaceNamed(location.namespace), podSelector }];
    }
  }
}

/** Selector of a component's pods; the API's also selects canary pods if the environment has a rollout strategy. */
export function podSelectorOf(environment: Environment, component: ComponentName): k8s.LabelSelector {
  const location = locationOf(environment, component);
  if (location?.kind === 'pods' && location.selector) return location.selector;
  const { [metadataKeys.component]: own, ...others } = selectorLabels(environment, component);
  const tracks = component === 'api' ? apiTracks(environment) : [component];
  return tracks.length === 1
    ? { matchLabels: { ...selectorLabels(environment, component) } }
    : { matchLabels: others, matchExpressions: [{ key: metadataKeys.component, operator: 'In', values: [...tracks] }] };
}

export const runsIn = (environment: Environment, component: ComponentName): boolean => locationOf(environment, component) !== undefined;

/** Components of the environment that run in a namespace, in the order of their declaration. */
export function componentsInNamespace(environment: Environment, namespace: string): ComponentName[] {
  return componentNames.filter((component) => {
    const location = locationOf(environment, component);
    return location?.kind === 'pods' && location.namespace === namespace;
  });
}

/**
 * Declared connections that apply to an environment: both components run, and workloads reach a database with a pooler only through
 * the pooler.
 */
export function connectionsOf(environment: Environment, declared: readonly Connection[] = connections): Connection[] {
  const isBypass = ({ from, to }: Connection) => to === 'postgres' && poolerOf(environment) && workloadRoles.some((role) => role === from);
  return declared.filter(
    (each) =>
      locationOf(environment, each.from) &&
      locationOf(environment, each.to) &&
      (!each.operatorManaged || environment.database.kind === 'cloudnative-pg') &&
      !isBypass(each),
  );
}
