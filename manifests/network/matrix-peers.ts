import { metadataKeys } from '../../contract/product.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { familiesOf } from '../constructs/address-ranges.ts';
import { componentOfPod } from '../constructs/canary.ts';
import { networkPeersOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { peerMatches, type TrafficPeer } from './evaluate.ts';
import { type Peer, parsePeer } from './network-policy.ts';

/** `port`: if it is not that of the connection. */
interface PeerComponent {
  readonly component: ComponentName;
  readonly port?: number;
}

/** A possible source or target of connections. */
export interface MatrixPeer {
  readonly name: string;
  /** Components at this peer: several if the environment's networks overlap, none for a peer that is not declared. */
  readonly components: readonly PeerComponent[];
  readonly traffic: TrafficPeer;
}

/** Public addresses (reserved for documentation), and addresses that no component may reach unless declared. */
const internet: Readonly<Record<string, string>> = { '0.0.0.0/0': '203.0.113.10', '::/0': '2001:db8::10' };
const foreign = { 'private address': '192.168.255.1', 'metadata service': '169.254.169.254' } as const;
const foreignIPv6 = { 'private IPv6 address': 'fd00:ec2::254' } as const;

/**
 * All peers to evaluate for an environment: the pods of each workload with their labels, one sample of each location of the other
 * components, and peers without permission: an unlabelled pod in the namespace, a pod with the same labels in another namespace, and foreign
 * addresses. Components that policies cannot distinguish, such as two on the internet, are one peer: `model/receivers`.
 */
export function matrixPeers(objects: readonly KubernetesObject[], environment: Environment): MatrixPeer[] {
  const { namespace } = environment;
  const located = componentNames.flatMap((component) =>
    networkPeersOf(environment, component, namespace).map(({ peers, ...more }) => ({ component, peers: peers.map(parsePeer), ...more })),
  );
  const componentsAt = (traffic: TrafficPeer) =>
    located
      .filter(({ peers }) => peers.some((peer) => peerMatches(peer, namespace, traffic, {})))
      .map(({ peers: _, ...component }): PeerComponent => component);
  const peerAt = (name: string, traffic: TrafficPeer): MatrixPeer => ({ name, traffic, components: componentsAt(traffic) });
  const own = ownPods(objects, environment);
  const samples = located
    .filter(({ component }) => !own.some(({ name }) => name === component))
    .flatMap(({ peers }) => peers.slice(0, 1).map((peer) => sampleOf(peer, environment)));
  const addresses = { ...foreign, ...(familiesOf(environment).includes('IPv6') && foreignIPv6) };
  return [
    ...own,
    ...named(unique(samples).map((traffic) => ({ traffic, components: componentsAt(traffic) }))),
    peerAt('unlabelled pod', { namespace, labels: {}, ports: [] }),
    peerAt('same labels elsewhere', { namespace: 'elsewhere', labels: own[0]?.traffic.labels ?? {}, ports: [] }),
    ...Object.entries(addresses).map(([name, address]) => peerAt(name, { address })),
  ];
}

const unique = (samples: readonly TrafficPeer[]): readonly TrafficPeer[] => [
  ...new Map(samples.map((traffic) => [JSON.stringify(traffic), traffic])).values(),
];

/** Names peers by their components; the second and later peers of the same components also by address or labels. */
function named(peers: readonly Omit<MatrixPeer, 'name'>[]): MatrixPeer[] {
  const names = peers.map(({ components }) => [...new Set(components.map(({ component }) => component))].join('/'));
  return peers.map((peer, index) => {
    const name = names[index] ?? '';
    return { name: names.indexOf(name) === index ? name : `${name} (${placeOf(peer.traffic)})`, ...peer };
  });
}

const placeOf = (traffic: TrafficPeer): string =>
  'address' in traffic ? traffic.address : Object.values(traffic.labels).join(' ') || traffic.namespace;

/** One peer per component, even if it has several workloads. */
function ownPods(objects: readonly KubernetesObject[], environment: Environment) {
  const pods = workloadsIn(objects).map(({ name, metadata, template: { metadata: pod, spec } }) => ({
    name: pod.labels[metadataKeys.component] ?? name,
    components: componentNames
      .filter((component) => component === componentOfPod(pod.labels[metadataKeys.component]))
      .map((component) => ({ component })),
    traffic: {
      namespace: metadata.namespace ?? environment.namespace,
      labels: pod.labels,
      ports: spec.containers.flatMap(({ ports }) => ports),
    },
  }));
  return [...new Map(pods.map((pod) => [pod.name, pod])).values()];
}

/** A pod or address that a rule's peer matches. */
function sampleOf({ ipBlock, podSelector, namespaceSelector }: Peer, environment: Environment): TrafficPeer {
  if (ipBlock) return { address: internet[ipBlock.cidr] ?? ipBlock.cidr.split('/')[0] ?? '' };
  return {
    namespace: namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? environment.namespace,
    labels: podSelector?.matchLabels ?? {},
    ports: [],
  };
}
