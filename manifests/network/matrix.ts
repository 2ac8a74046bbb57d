import { ports as contractPorts } from '../../contract/ports.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { evaluate, type Network, type Port, type Verdict } from './evaluate.ts';
import { type MatrixPeer, matrixPeers } from './matrix-peers.ts';
import { networkPolicies } from './network-policy.ts';

/** Whether `from` may open a connection to a port of `to`. */
export interface MatrixRow extends Port {
  readonly from: string;
  readonly to: string;
  readonly allowed: boolean;
}

/** A possible connection and the verdict of the policies. */
export interface ConnectionAttempt extends Port {
  readonly from: MatrixPeer;
  readonly to: MatrixPeer;
  readonly verdict: Verdict;
}

/** The discard port, which no service uses: allowed only by rules without ports. */
const unusedPort = 9;

/**
 * Every connection between two peers of which at least one is in a namespace of the environment: for each port of the contract, each
 * port that a pod opens or a policy names, and one unused port.
 */
export function connectionAttempts(objects: readonly KubernetesObject[], environment: Environment): ConnectionAttempt[] {
  const peers = matrixPeers(objects, environment);
  const network: Network = { policies: networkPolicies(objects, environment.namespace), namespaces: namespacesOf(objects) };
  const governed = new Set([environment.namespace, ...network.policies.map(({ namespace }) => namespace)]);
  const isGoverned = ({ traffic }: MatrixPeer) => 'namespace' in traffic && governed.has(traffic.namespace);
  const ports = portsOf(network, environment, peers);
  return peers.flatMap((from) =>
    peers
      .filter((to) => isGoverned(from) || isGoverned(to))
      .flatMap((to) => {
        const verdictOf = evaluate(network, from.traffic, to.traffic);
        return ports.map((port) => ({ from, to, ...port, verdict: verdictOf(port) }));
      }),
  );
}

/** `connectionAttempts` with names only: what a cluster that enforces the policies must allow and deny. */
export function matrixOf(objects: readonly KubernetesObject[], environment: Environment): MatrixRow[] {
  return connectionAttempts(objects, environment).map(({ from, to, port, protocol, verdict: { allowed } }) => ({
    from: from.name,
    to: to.name,
    port,
    protocol,
    allowed,
  }));
}

const namespacesOf = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));

function portsOf({ policies }: Network, environment: Environment, peers: readonly MatrixPeer[]): Port[] {
  const declared = [...Object.values(contractPorts), ...Object.values(environment.ports), unusedPort].map((port) => ({
    port,
    protocol: 'TCP' as const,
  }));
  const opened = peers
    .flatMap(({ traffic }) => ('ports' in traffic ? traffic.ports : []))
    .map(({ containerPort: port, protocol }) => ({ port, protocol }));
  const named = policies
    .flatMap(({ rules }) => [...(rules.ingress ?? []), ...(rules.egress ?? [])])
    .flatMap(({ ports }) => ports.flatMap(({ port, endPort, protocol }) => [port, endPort].map((each) => ({ port: each, protocol }))))
    .filter((port): port is Port => typeof port.port === 'number');
  const all: Port[] = [...declared, ...opened, ...named, { port: unusedPort, protocol: 'UDP' }];
  return [...new Map(all.map((port) => [`${port.port}/${port.protocol}`, port])).values()].toSorted((a, b) => a.port - b.port);
}

/** The allowed ports of each pair as a table: one row per source, one column per target with an allowed connection. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const allowed = rows.filter((row) => row.allowed);
  const sources = [...new Set(rows.map(({ from }) => from))];
  const targets = [...new Set(rows.map(({ to }) => to))].filter((target) => allowed.some(({ to }) => to === target));
  const cell = (source: string, target: string) =>
    allowed
      .filter(({ from, to }) => from === source && to === target)
      .map(({ port, protocol }) => (protocol === 'TCP' ? String(port) : `${port}/${protocol}`))
      .join(' ') || '-';
  const lines = [['from \\ to', ...targets], ...sources.map((source) => [source, ...targets.map((target) => cell(source, target))])];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
