import { metadataKeys } from '../../contract/product.ts';
import { type ComponentName, componentNames } from '../components/components.ts';
import { componentOfPod } from '../constructs/canary.ts';
import { networkPeersOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { peerMatches, type TrafficPeer } from './evaluate.ts';
import { type Peer, parsePeer } from './network-policy.ts';

/** Who could open a connection, or be called. */
export interface MatrixPeer {
  readonly name: string;
  /** Components that are there; several where an environment's networks overlap, none where nobody of the contract is. */
  readonly components: readonly ComponentName[];
  readonly end: TrafficPeer;
}

/** An address on the internet (reserved for documentation), and others that nobody should reach by chance. */
const internet = '203.0.113.10';
const addresses = { 'private address': '192.168.255.1', 'metadata service': '169.254.169.254' } as const;

/**
 * Every place that matters to an environment: the pods of each workload as they are labelled, every other component where its
 * connections look for it, and those that have no business here: a stranger in the namespace, a pod of another namespace that bears
 * our labels, addresses. Components that cannot be told apart, such as two on the internet, are one place: `model/receivers`.
 */
export function matrixPeers(objects: readonly KubernetesObject[], environment: Environment): MatrixPeer[] {
  const { namespace } = environment;
  const peers = componentNames.map((component) => ({ component, peers: networkPeersOf(environment, component, namespace).map(parsePeer) }));
  const componentsAt = (end: TrafficPeer) =>
    peers.filter((each) => each.peers.some((peer) => peerMatches(peer, namespace, end, {}))).map(({ component }) => component);
  const at = (name: string, end: TrafficPeer): MatrixPeer => ({ name, end, components: componentsAt(end) });
  const own = ownPods(objects, environment);
  const others = peers
    .filter(({ component }) => !own.some(({ name }) => name === component))
    .flatMap((each) => each.peers.slice(0, 1))
    .map((peer) => sampleOf(peer, environment))
    .map((end) => at(componentsAt(end).join('/'), end));
  return [
    ...own,
    ...new Map(others.map((place) => [place.name, place])).values(),
    at('stranger here', { namespace, labels: {}, ports: [] }),
    at('our labels elsewhere', { namespace: 'elsewhere', labels: own[0]?.end.labels ?? {}, ports: [] }),
    ...Object.entries(addresses).map(([name, address]) => at(name, { address })),
  ];
}

/** One place a component, however many workloads it has. */
function ownPods(objects: readonly KubernetesObject[], environment: Environment) {
  const pods = workloadsIn(objects).map(({ name, metadata, template: { metadata: pod, spec } }) => ({
    name: pod.labels[metadataKeys.component] ?? name,
    components: componentNames.filter((component) => component === componentOfPod(pod.labels[metadataKeys.component])),
    end: {
      namespace: metadata.namespace ?? environment.namespace,
      labels: pod.labels,
      ports: spec.containers.flatMap(({ ports }) => ports),
    },
  }));
  return [...new Map(pods.map((pod) => [pod.name, pod])).values()];
}

/** Somebody whom a peer chooses. */
function sampleOf({ ipBlock, podSelector, namespaceSelector }: Peer, environment: Environment): TrafficPeer {
  if (ipBlock) return { address: ipBlock.cidr === '0.0.0.0/0' ? internet : (ipBlock.cidr.split('/')[0] ?? '') };
  return {
    namespace: namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? environment.namespace,
    labels: podSelector?.matchLabels ?? {},
    ports: [],
  };
}
