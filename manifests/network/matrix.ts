import { ports as contractPorts } from '../../contract/ports.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { evaluate, type Network, type Port, type Verdict } from './evaluate.ts';
import { type MatrixPeer, matrixPeers } from './matrix-peers.ts';
import { networkPolicies } from './network-policy.ts';

/** Whether somebody at `from` may open a connection to a port at `to`. */
export interface MatrixRow extends Port {
  readonly from: string;
  readonly to: string;
  readonly allowed: boolean;
}

/** A connection that could be tried, and what the policies say to it. */
export interface ConnectionAttempt extends Port {
  readonly from: MatrixPeer;
  readonly to: MatrixPeer;
  readonly verdict: Verdict;
}

/** Of no service at all: open only where a rule names no port. */
const unused = 9;

/**
 * Every connection between two places of which one at least is in a namespace of the environment's own: at each port of the contract,
 * each that a policy names, and one that nobody uses.
 */
export function connectionAttempts(objects: readonly KubernetesObject[], environment: Environment): ConnectionAttempt[] {
  const places = matrixPeers(objects, environment);
  const network: Network = { policies: networkPolicies(objects, environment.namespace), namespaces: namespacesOf(objects) };
  const governed = new Set([environment.namespace, ...network.policies.map(({ namespace }) => namespace)]);
  const isGoverned = ({ end }: MatrixPeer) => 'namespace' in end && governed.has(end.namespace);
  const ports = portsOf(network, environment, places);
  return places.flatMap((from) =>
    places
      .filter((to) => isGoverned(from) || isGoverned(to))
      .flatMap((to) => {
        const verdictOf = evaluate(network, from.end, to.end);
        return ports.map((port) => ({ from, to, ...port, verdict: verdictOf(port) }));
      }),
  );
}

/** As `attempts`, in names alone: what a cluster that enforces the policies must do. */
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

function portsOf({ policies }: Network, environment: Environment, places: readonly MatrixPeer[]): Port[] {
  const declared = [...Object.values(contractPorts), ...Object.values(environment.ports), unused].map((port) => ({
    port,
    protocol: 'TCP' as const,
  }));
  const opened = places
    .flatMap(({ end }) => ('ports' in end ? end.ports : []))
    .map(({ containerPort: port, protocol }) => ({ port, protocol }));
  const named = policies
    .flatMap(({ rules }) => [...(rules.ingress ?? []), ...(rules.egress ?? [])])
    .flatMap(({ ports }) => ports.flatMap(({ port, endPort, protocol }) => [port, endPort].map((each) => ({ port: each, protocol }))))
    .filter((port): port is Port => typeof port.port === 'number');
  const all: Port[] = [...declared, ...opened, ...named, { port: unused, protocol: 'UDP' }];
  return [...new Map(all.map((port) => [`${port.port}/${port.protocol}`, port])).values()].toSorted((a, b) => a.port - b.port);
}

/** The open ports of each pair as a table: a row for each source, a column for each target that somebody reaches. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const open = rows.filter(({ allowed }) => allowed);
  const sources = [...new Set(rows.map(({ from }) => from))];
  const targets = [...new Set(rows.map(({ to }) => to))].filter((target) => open.some(({ to }) => to === target));
  const cell = (source: string, target: string) =>
    open
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
