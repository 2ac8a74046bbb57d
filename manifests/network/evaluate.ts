import { BlockList, isIPv6 } from 'node:net';
import { type LabelSet, selectorMatches } from './label-selector.ts';
import type { Direction, NetworkPolicy, Peer, PolicyPort } from './network-policy.ts';

export type Protocol = PolicyPort['protocol'];
export interface ContainerPort {
  readonly name?: string | undefined;
  readonly containerPort: number;
  readonly protocol: Protocol;
}
export interface Pod {
  readonly namespace: string;
  readonly labels: LabelSet;
  /** Ports of its containers; rules may refer to them by name. */
  readonly ports: readonly ContainerPort[];
}
/** Source or target of a connection: a pod, or an address outside of the cluster. */
export type TrafficPeer = Pod | { readonly address: string };
export interface Port {
  readonly port: number;
  readonly protocol: Protocol;
}
/** Input of the evaluation; `namespaces`: labels by name. */
export interface Network {
  readonly policies: readonly NetworkPolicy[];
  readonly namespaces: Readonly<Record<string, LabelSet>>;
}

/** Policies that apply to one peer of a connection. If none isolates it, everything is allowed. */
interface Side {
  /** Policies that select the peer in this direction: without a matching rule they deny. */
  readonly isolating: readonly string[];
  /** Those of them that allow this connection. */
  readonly allowing: readonly string[];
}
export interface Verdict extends Readonly<Record<Direction, Side>> {
  readonly allowed: boolean;
}

/**
 * Decides whether a new connection is allowed, as Kubernetes defines NetworkPolicies: egress policies of the source and ingress policies
 * of the target must allow it. An ipBlock only matches addresses outside of the cluster. Connections from a node to its own pods, such as
 * probes, are not subject to policies. Replies of an allowed connection are always allowed.
 * @returns a function from port to verdict
 */
export function evaluate(network: Network, from: TrafficPeer, to: TrafficPeer): (port: Port) => Verdict {
  const [egressTo, ingressTo] = [sideOf(network, 'egress', from, to), sideOf(network, 'ingress', to, from)];
  return (port) => {
    const [egress, ingress] = [egressTo(port, to), ingressTo(port, to)];
    return { allowed: isAllowed(egress) && isAllowed(ingress), egress, ingress };
  };
}

const isAllowed = ({ isolating, allowing }: Side) => isolating.length === 0 || allowing.length > 0;
const isPod = (peer: TrafficPeer): peer is Pod => 'labels' in peer;

/** Policies of `own` in one direction towards `other`. */
function sideOf(
  { policies, namespaces }: Network,
  direction: Direction,
  own: TrafficPeer,
  other: TrafficPeer,
): (port: Port, target: TrafficPeer) => Side {
  if (!isPod(own)) return () => ({ isolating: [], allowing: [] });
  const isolating = policies.filter(
    ({ namespace, podSelector, rules }) => rules[direction] && namespace === own.namespace && selectorMatches(podSelector, own.labels),
  );
  const names = isolating.map(({ name }) => name);
  const matching = isolating.flatMap(({ name, namespace, rules }) =>
    (rules[direction] ?? [])
      .filter(({ peers }) => peers.length === 0 || peers.some((peer) => peerMatches(peer, namespace, other, namespaces)))
      .map(({ ports }) => ({ name, ports })),
  );
  return (port, target) => {
    const allowing = matching.filter(({ ports }) => ports.length === 0 || ports.some((each) => portMatches(each, port, target)));
    return { isolating: names, allowing: [...new Set(allowing.map(({ name }) => name))] };
  };
}

/** Whether a rule's peer, in a policy of `namespace`, matches this pod or address. */
export function peerMatches(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  namespace: string,
  traffic: TrafficPeer,
  namespaces: Network['namespaces'],
): boolean {
  if (ipBlock)
    return (
      !isPod(traffic) && cidrContains(ipBlock.cidr, traffic.address) && !ipBlock.except.some((cidr) => cidrContains(cidr, traffic.address))
    );
  if (!isPod(traffic)) return false;
  const inNamespace = namespaceSelector
    ? selectorMatches(namespaceSelector, namespaceLabels(namespaces, traffic.namespace))
    : traffic.namespace === namespace;
  return inNamespace && (podSelector === undefined || selectorMatches(podSelector, traffic.labels));
}

/** The API server sets the name label on every namespace. */
const namespaceLabels = (namespaces: Network['namespaces'], name: string): LabelSet => ({
  ...namespaces[name],
  'kubernetes.io/metadata.name': name,
});

function portMatches(rule: PolicyPort, { port, protocol }: Port, target: TrafficPeer): boolean {
  if (rule.protocol !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === 'number') return port >= rule.port && port <= (rule.endPort ?? rule.port);
  return isPod(target) && target.ports.some((each) => each.name === rule.port && each.containerPort === port && each.protocol === protocol);
}

const blocks = new Map<string, { readonly list: BlockList; readonly family: 'ipv4' | 'ipv6' }>();

/** Whether a CIDR range such as `10.0.0.0/8` contains an address. */
export function cidrContains(cidr: string, address: string): boolean {
  const block = blocks.get(cidr) ?? blockOf(cidr);
  blocks.set(cidr, block);
  // BlockList finds every IPv4 address in ::/0, as mapped addresses; no connection has both families.
  return block.family === familyOf(address) && block.list.check(address, block.family);
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

function blockOf(cidr: string) {
  const [address = '', prefix = ''] = cidr.split('/');
  const family = familyOf(address);
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return { list, family } as const;
}
