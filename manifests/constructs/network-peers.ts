import type { k8s } from 'cdk8s-plus-28';
import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { type Connection, connections } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { apiTracks } from './canary.ts';
import { selectorLabels } from './labels.ts';

/** Address ranges that are not the internet: what is outside is never there. */
const linkLocal = '169.254.0.0/16';
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', linkLocal, '100.64.0.0/10'];

/** Where a component is, in an environment. */
type Place =
  /** Pods of ours: found by namespace and labels; not set: the component's. */
  | { readonly kind: 'pods'; readonly namespace: string; readonly selector?: k8s.LabelSelector }
  /** Somebody else's pods. */
  | { readonly kind: 'others'; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> }
  | { readonly kind: 'networks'; readonly networks: readonly string[]; readonly except?: readonly string[] };

const internet: Place = { kind: 'networks', networks: ['0.0.0.0/0'], except: privateNetworks };

/** The operator labels its pods itself: instances and the jobs that make them, and poolers. */
const cluster = 'cnpg.io/cluster';
const poolerName = 'cnpg.io/poolerName';
export const instanceSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres },
  matchExpressions: [{ key: poolerName, operator: 'DoesNotExist' }],
});
export const poolerSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres, [poolerName]: names.pooler },
});
/** The pooler of an environment's database, where there is one. */
export const poolerOf = ({ database }: Environment) => (database.kind === 'cloudnative-pg' ? database.pooler : undefined);

/** Where a component is; undefined: it does not run in this environment. */
function placeOf(environment: Environment, component: ComponentName): Place | undefined {
  const { workloads, database, cache, edge, monitoring, logs, namespace } = environment;
  const ours: Place = { kind: 'pods', namespace };
  switch (component) {
    case 'migrate':
      return ours;
    case 'postgres':
      if (database.kind === 'external') return { kind: 'networks', networks: database.networks };
      return database.kind === 'stateful-set' ? ours : { ...ours, selector: instanceSelector(environment) };
    case 'pooler':
      return poolerOf(environment) && { ...ours, selector: poolerSelector(environment) };
    case 'backup':
      return database.kind === 'stateful-set' && database.backups ? ours : undefined;
    case 'object-store': {
      return database.kind === 'cloudnative-pg' && database.backups ? internet : undefined;
    }
    case 'postgres-operator':
      return database.kind === 'cloudnative-pg'
        ? { kind: 'others', namespace: database.operator.namespace, labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } }
        : undefined;
    case 'redis':
      return cache.kind === 'external' ? { kind: 'networks', networks: cache.networks } : ours;
    case 'dns':
      return { kind: 'others', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    case 'edge':
      return { kind: 'others', namespace: edge.namespace };
    case 'kubernetes':
      // Its address is the cluster's affair, and pods are told another one than they reach; link-local is where clouds keep secrets.
      return { kind: 'networks', networks: privateNetworks.filter((network) => network !== linkLocal) };
    case 'model':
    case 'receivers':
      return internet;
    case 'prometheus':
      return { kind: monitoring.kind === 'operator' ? 'others' : 'pods', namespace: monitoring.namespace };
    case 'fluent-bit':
      return logs && { kind: 'pods', namespace: logs.namespace };
    case 'elasticsearch':
      return logs && { kind: 'others', namespace: logs.elasticsearch.namespace };
    case 'api':
    case 'graphql':
    case 'worker':
      return workloads[component] && ours;
    default:
      return monitoring.kind === 'bundled' ? { kind: 'pods', namespace: monitoring.namespace } : undefined;
  }
}

const namespaceNamed = (name: string): k8s.LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

/** What a NetworkPolicy calls a component, seen from a namespace; nothing where it does not run. */
export function networkPeersOf(environment: Environment, component: ComponentName, seenFrom: string): k8s.NetworkPolicyPeer[] {
  const place = placeOf(environment, component);
  switch (place?.kind) {
    case undefined:
      return [];
    case 'networks':
      return place.networks.map((cidr) => ({ ipBlock: { cidr, ...(place.except && { except: [...place.except] }) } }));
    case 'others':
      return [
        { namespaceSelector: namespaceNamed(place.namespace), ...(place.labels && { podSelector: { matchLabels: { ...place.labels } } }) },
      ];
    case 'pods': {
      const podSelector = podSelectorOf(environment, component);
      return [place.namespace === seenFrom ? { podSelector } : { namespaceSelector: namespaceNamed(place.namespace), podSelector }];
    }
  }
}

/** By which labels a component's pods are found: those of both releases, while there are two. */
export function podSelectorOf(environment: Environment, component: ComponentName): k8s.LabelSelector {
  const place = placeOf(environment, component);
  if (place?.kind === 'pods' && place.selector) return place.selector;
  const { [metadataKeys.component]: own, ...others } = selectorLabels(environment, component);
  const tracks = component === 'api' ? apiTracks(environment) : [component];
  return tracks.length === 1
    ? { matchLabels: { ...selectorLabels(environment, component) } }
    : { matchLabels: others, matchExpressions: [{ key: metadataKeys.component, operator: 'In', values: [...tracks] }] };
}

/** Whether a component is there at all. */
export const runsIn = (environment: Environment, component: ComponentName): boolean => placeOf(environment, component) !== undefined;

/** The components of ours that run in a namespace, in the contract's order. */
export function componentsInNamespace(environment: Environment, namespace: string): ComponentName[] {
  return componentNames.filter((component) => {
    const place = placeOf(environment, component);
    return place?.kind === 'pods' && place.namespace === namespace;
  });
}

/**
 * The contract's connections that an environment has: both ends are there, an operator where it needs one, and what has a pooler
 * in front of it is reached through that alone.
 */
export function connectionsOf(environment: Environment, declared: readonly Connection[] = connections): Connection[] {
  const isBypass = ({ from, to }: Connection) => to === 'postgres' && poolerOf(environment) && workloadRoles.some((role) => role === from);
  return declared.filter(
    (each) =>
      placeOf(environment, each.from) &&
      placeOf(environment, each.to) &&
      (!each.operatorManaged || environment.database.kind === 'cloudnative-pg') &&
      !isBypass(each),
  );
}
