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
  /** What its containers open: named ports of rules are looked up here. */
  readonly ports: readonly ContainerPort[];
}
/** An end of a connection: a pod, or an address outside the cluster. */
export type TrafficPeer = Pod | { readonly address: string };
export interface Port {
  readonly port: number;
  readonly protocol: Protocol;
}
/** What decides: policies, and the labels of namespaces by name. */
export interface Network {
  readonly policies: readonly NetworkPolicy[];
  readonly namespaces: Readonly<Record<string, LabelSet>>;
}

/** What one end's policies say; nobody isolates: everything is open. */
interface Side {
  /** Policies that refuse everything but what is opened. */
  readonly isolating: readonly string[];
  /** Those of them that open this connection. */
  readonly opening: readonly string[];
}
export interface Verdict extends Readonly<Record<Direction, Side>> {
  readonly allowed: boolean;
}

/**
 * Whether a new connection is allowed, exactly as Kubernetes defines NetworkPolicies: the policies of the source must let it out and
 * those of the target must let it in. An ipBlock chooses addresses outside the cluster only; what a node does to its own pods, such
 * as probes, is beyond policies. Answers of an allowed connection come back by themselves.
 * @returns what holds between the two, for each port
 */
export function evaluate(network: Network, from: TrafficPeer, to: TrafficPeer): (port: Port) => Verdict {
  const [out, into] = [sideOf(network, 'egress', from, to), sideOf(network, 'ingress', to, from)];
  return (port) => {
    const [egress, ingress] = [out(port, to), into(port, to)];
    return { allowed: isOpen(egress) && isOpen(ingress), egress, ingress };
  };
}

const isOpen = ({ isolating, opening }: Side) => isolating.length === 0 || opening.length > 0;
const isPod = (end: TrafficPeer): end is Pod => 'labels' in end;

/** What the policies of one end say to the other, for a port of the connection's target. */
function sideOf(
  { policies, namespaces }: Network,
  direction: Direction,
  own: TrafficPeer,
  other: TrafficPeer,
): (port: Port, target: TrafficPeer) => Side {
  if (!isPod(own)) return () => ({ isolating: [], opening: [] });
  const isolating = policies.filter(
    ({ namespace, podSelector, rules }) => rules[direction] && namespace === own.namespace && selectorMatches(podSelector, own.labels),
  );
  const names = isolating.map(({ name }) => name);
  const opening = isolating.flatMap(({ name, namespace, rules }) =>
    (rules[direction] ?? [])
      .filter(({ peers }) => peers.length === 0 || peers.some((peer) => peerMatches(peer, namespace, other, namespaces)))
      .map(({ ports }) => ({ name, ports })),
  );
  return (port, target) => {
    const open = opening.filter(({ ports }) => ports.length === 0 || ports.some((each) => isPort(each, port, target)));
    return { isolating: names, opening: [...new Set(open.map(({ name }) => name))] };
  };
}

/** Whether a peer of a policy in `namespace` chooses this end. */
export function peerMatches(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  namespace: string,
  end: TrafficPeer,
  namespaces: Network['namespaces'],
): boolean {
  if (ipBlock)
    return !isPod(end) && cidrContains(ipBlock.cidr, end.address) && !ipBlock.except.some((cidr) => cidrContains(cidr, end.address));
  if (!isPod(end)) return false;
  const near = namespaceSelector
    ? selectorMatches(namespaceSelector, namespaceLabels(namespaces, end.namespace))
    : end.namespace === namespace;
  return near && (podSelector === undefined || selectorMatches(podSelector, end.labels));
}

/** The API server gives every namespace the label with its name. */
const namespaceLabels = (namespaces: Network['namespaces'], name: string): LabelSet => ({
  ...namespaces[name],
  'kubernetes.io/metadata.name': name,
});

function isPort(rule: PolicyPort, { port, protocol }: Port, target: TrafficPeer): boolean {
  if (rule.protocol !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === 'number') return port >= rule.port && port <= (rule.endPort ?? rule.port);
  return isPod(target) && target.ports.some((each) => each.name === rule.port && each.containerPort === port && each.protocol === protocol);
}

const blocks = new Map<string, BlockList>();

/** Whether an address lies in a range such as `10.0.0.0/8`. */
export function cidrContains(cidr: string, address: string): boolean {
  const block = blocks.get(cidr) ?? blockOf(cidr);
  blocks.set(cidr, block);
  return block.check(address, family(address));
}

const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

function blockOf(cidr: string): BlockList {
  const [address = '', prefix = ''] = cidr.split('/');
  const block = new BlockList();
  block.addSubnet(address, Number(prefix), family(address));
  return block;
}
