import { metadataKeys } from '../../contract/product.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { componentOfPod } from '../constructs/canary.ts';
import { networkPeersOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { peerMatches, type TrafficPeer } from './evaluate.ts';
import { type Peer, parsePeer } from './network-policy.ts';

/** A possible source or target of connections. */
export interface MatrixPeer {
  readonly name: string;
  /** Components at this peer: several if the environment's networks overlap, none for a peer that is not declared. */
  readonly components: readonly ComponentName[];
  readonly traffic: TrafficPeer;
}

/** A public address (reserved for documentation), and addresses that no component may reach unless declared. */
const internet = '203.0.113.10';
const addresses = { 'private address': '192.168.255.1', 'metadata service': '169.254.169.254' } as const;

/**
 * All peers to evaluate for an environment: the pods of each workload with their labels, one sample of every other component, and peers
 * without permission: an unlabelled pod in the namespace, a pod with the same labels in another namespace, and foreign addresses.
 * Components that policies cannot distinguish, such as two on the internet, are one peer: `model/receivers`.
 */
export function matrixPeers(objects: readonly KubernetesObject[], environment: Environment): MatrixPeer[] {
  const { namespace } = environment;
  const peers = componentNames.map((component) => ({ component, peers: networkPeersOf(environment, component, namespace).map(parsePeer) }));
  const componentsAt = (traffic: TrafficPeer) =>
    peers.filter((each) => each.peers.some((peer) => peerMatches(peer, namespace, traffic, {}))).map(({ component }) => component);
  const peerAt = (name: string, traffic: TrafficPeer): MatrixPeer => ({ name, traffic, components: componentsAt(traffic) });
  const own = ownPods(objects, environment);
  const others = peers
    .filter(({ component }) => !own.some(({ name }) => name === component))
    .flatMap((each) => each.peers.slice(0, 1))
    .map((peer) => sampleOf(peer, environment))
    .map((traffic) => peerAt(componentsAt(traffic).join('/'), traffic));
  return [
    ...own,
    ...new Map(others.map((peer) => [peer.name, peer])).values(),
    peerAt('unlabelled pod', { namespace, labels: {}, ports: [] }),
    peerAt('same labels elsewhere', { namespace: 'elsewhere', labels: own[0]?.traffic.labels ?? {}, ports: [] }),
    ...Object.entries(addresses).map(([name, address]) => peerAt(name, { address })),
  ];
}

/** One peer per component, even if it has several workloads. */
function ownPods(objects: readonly KubernetesObject[], environment: Environment) {
  const pods = workloadsIn(objects).map(({ name, metadata, template: { metadata: pod, spec } }) => ({
    name: pod.labels[metadataKeys.component] ?? name,
    components: componentNames.filter((component) => component === componentOfPod(pod.labels[metadataKeys.component])),
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
  if (ipBlock) return { address: ipBlock.cidr === '0.0.0.0/0' ? internet : (ipBlock.cidr.split('/')[0] ?? '') };
  return {
    namespace: namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? environment.namespace,
    labels: podSelector?.matchLabels ?? {},
    ports: [],
  };
}
