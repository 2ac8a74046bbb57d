import type { k8s } from 'cdk8s-plus-28';
import { type ComponentName, type Connection, componentNames, connections } from '../../service/contract/components.ts';
import type { Environment } from '../environments/environment.ts';
import { selectorLabels } from './labels.ts';

/** Address ranges that are not the internet: what is outside is never there. */
const linkLocal = '169.254.0.0/16';
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', linkLocal, '100.64.0.0/10'];

/** Where a component is, in an environment. */
type Place =
  /** Pods of ours: found by namespace and the component's labels. */
  | { readonly kind: 'pods'; readonly namespace: string }
  /** Somebody else's pods. */
  | { readonly kind: 'others'; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> }
  | { readonly kind: 'networks'; readonly networks: readonly string[]; readonly except?: readonly string[] };

const internet: Place = { kind: 'networks', networks: ['0.0.0.0/0'], except: privateNetworks };

/** Where a component is; undefined: it does not run in this environment. */
function placeOf(environment: Environment, component: ComponentName): Place | undefined {
  const { workloads, database, cache, edge, monitoring, logs, namespace } = environment;
  const ours: Place = { kind: 'pods', namespace };
  switch (component) {
    case 'migrate':
      return ours;
    case 'postgres':
      return database.kind === 'external' ? { kind: 'networks', networks: database.networks } : ours;
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
      return monitoring && { kind: monitoring.kind === 'operator' ? 'others' : 'pods', namespace: monitoring.namespace };
    case 'fluent-bit':
      return logs && { kind: 'pods', namespace: logs.namespace };
    case 'elasticsearch':
      return logs && { kind: 'others', namespace: logs.elasticsearch.namespace };
    case 'api':
    case 'graphql':
    case 'worker':
      return workloads[component] && ours;
    default:
      return monitoring?.kind === 'bundled' ? { kind: 'pods', namespace: monitoring.namespace } : undefined;
  }
}

const namespaceNamed = (name: string): k8s.LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

/** What a NetworkPolicy calls a component, seen from a namespace; nothing where it does not run. */
export function peersOf(environment: Environment, component: ComponentName, seenFrom: string): k8s.NetworkPolicyPeer[] {
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
      const podSelector = { matchLabels: { ...selectorLabels(environment, component) } };
      return [place.namespace === seenFrom ? { podSelector } : { namespaceSelector: namespaceNamed(place.namespace), podSelector }];
    }
  }
}

/** The components of ours that run in a namespace, in the contract's order. */
export function componentsIn(environment: Environment, namespace: string): ComponentName[] {
  return componentNames.filter((component) => {
    const place = placeOf(environment, component);
    return place?.kind === 'pods' && place.namespace === namespace;
  });
}

/** The contract's connections of which both ends are there in an environment. */
export const connectionsIn = (environment: Environment): Connection[] =>
  connections.filter(({ from, to }) => placeOf(environment, from) && placeOf(environment, to));
