import type { k8s } from 'cdk8s-plus-28';
import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { type Connection, connections, isConfigured } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { apiTracks } from './canary.ts';
import { selectorLabels } from './labels.ts';
import { type Location, locationsOf, poolerOf } from './locations.ts';

const namespaceNamed = (name: string): k8s.LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

/** Peers of a NetworkPolicy that match one location of a component. `port`: if it is not that of the connection. */
export interface ComponentPeers {
  readonly peers: readonly k8s.NetworkPolicyPeer[];
  readonly port?: number;
}

/** Peers of a NetworkPolicy in the namespace `seenFrom` that match a component, by location; empty if it does not run. */
export const networkPeersOf = (environment: Environment, component: ComponentName, seenFrom: string): ComponentPeers[] =>
  locationsOf(environment, component).map((location) => ({
    peers: peersAt(location, podSelectorOf(environment, component), seenFrom),
    ...(location.port !== undefined && { port: location.port }),
  }));

function peersAt(location: Location, podSelector: k8s.LabelSelector, seenFrom: string): k8s.NetworkPolicyPeer[] {
  switch (location.kind) {
    case 'networks':
      return location.networks.map((cidr) => ({ ipBlock: { cidr, ...(location.except && { except: [...location.except] }) } }));
    case 'external-pods':
      return [
        {
          namespaceSelector: namespaceNamed(location.namespace),
          ...(location.labels && { podSelector: { matchLabels: { ...location.labels } } }),
        },
      ];
    case 'pods':
      return [location.namespace === seenFrom ? { podSelector } : { namespaceSelector: namespaceNamed(location.namespace), podSelector }];
  }
}

/** Selector of a component's pods; the API's also selects canary pods if the environment has a rollout strategy. */
export function podSelectorOf(environment: Environment, component: ComponentName): k8s.LabelSelector {
  const [location] = locationsOf(environment, component);
  if (location?.kind === 'pods' && location.selector) return location.selector;
  const { [metadataKeys.component]: own, ...others } = selectorLabels(environment, component);
  const tracks = component === 'api' ? apiTracks(environment) : [component];
  return tracks.length === 1
    ? { matchLabels: { ...selectorLabels(environment, component) } }
    : { matchLabels: others, matchExpressions: [{ key: metadataKeys.component, operator: 'In', values: [...tracks] }] };
}

export const runsIn = (environment: Environment, component: ComponentName): boolean => locationsOf(environment, component).length > 0;

/** Components of the environment that run in a namespace, in the order of their declaration. */
export const componentsInNamespace = (environment: Environment, namespace: string): ComponentName[] =>
  componentNames.filter((component) =>
    locationsOf(environment, component).some((location) => location.kind === 'pods' && location.namespace === namespace),
  );

/**
 * Declared connections that apply to an environment: both components run, the configuration has what they depend on, and workloads reach
 * a database with a pooler only through the pooler.
 */
export function connectionsOf(environment: Environment, declared: readonly Connection[] = connections): Connection[] {
  const isBypass = ({ from, to }: Connection) => to === 'postgres' && poolerOf(environment) && workloadRoles.some((role) => role === from);
  return declared.filter(
    (each) =>
      runsIn(environment, each.from) &&
      runsIn(environment, each.to) &&
      isConfigured(each, environment.config) &&
      (!each.operatorManaged || environment.database.kind === 'cloudnative-pg') &&
      !isBypass(each),
  );
}
