import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ports } from '../../contract/ports.ts';
import { hostOf } from '../validate/checked-url.ts';
import { textAt } from '../values/json.ts';
import { reasonOf } from '../values/reason.ts';
import { failed, NotCheckable } from './checklist.ts';

/** Ports that only other machines of the deployment may reach. */
const innerPorts = {
  PostgreSQL: ports.postgres,
  Redis: ports.redis,
  Prometheus: ports.prometheus,
  Alertmanager: ports.alertmanager,
} as const;
type InnerPorts = Readonly<Record<string, number>>;

export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Opens TCP connections, without credentials, to the ports of the stores and of the monitoring. */
export async function closedPorts(url: URL): Promise<string> {
  if (isLoopback(url)) return closedOnThisMachine(outerAddresses());
  return closedAt(await addressesOf(hostOf(url)));
}

/** Every address of a host: a firewall may filter IPv4 only. */
async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new NotCheckable(`${host} has no address: ${reasonOf(error)}`);
  }
}

/** @param addresses of another machine */
export async function closedAt(addresses: readonly string[], inner: InnerPorts = innerPorts): Promise<string> {
  const probes = await Promise.all(addresses.map((address) => probe(address, inner)));
  const open = new Set(probes.flatMap((each) => each.open));
  if (open.size > 0) throw failed(`reachable from here: ${[...open].join(', ')}`, 'close them: docs/host.md, or bind them to 127.0.0.1');
  return closedDetail(probes, inner);
}

/** @throws {NotCheckable} if an address was not reached */
function closedDetail(probes: readonly Probe[], inner: InnerPorts): string {
  const unreached = probes.find(({ problem }) => problem !== undefined);
  if (unreached !== undefined)
    throw new NotCheckable(`${unreached.address} cannot be reached: ${unreached.problem}; pass the target on a machine that reaches it`);
  return `closed on ${probes.map(({ address }) => address).join(', ')}: ${Object.keys(inner).join(', ')}`;
}

/** Link-local addresses, which have a scope, are no part of a network that a firewall filters. */
const outerAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((each) => !each.internal && (each.family === 'IPv4' || each.scopeid === 0))
    .map(({ address }) => address);

/**
 * A firewall does not filter the connections of its own machine to itself: a port that is closed here is closed for others, but one that is
 * open here may not be.
 * @param addresses of this machine in its networks
 */
export async function closedOnThisMachine(addresses: readonly string[], inner: InnerPorts = innerPorts): Promise<string> {
  if (addresses.length === 0) throw new NotCheckable('this machine is in no network');
  const probes = await Promise.all(addresses.map((address) => probe(address, inner)));
  const exposed = probes.find(({ open }) => open.length > 0);
  if (exposed === undefined) return closedDetail(probes, inner);
  const { address, open } = exposed;
  const url = isIP(address) === 6 ? `http://[${address}]` : `http://${address}`;
  throw new NotCheckable(`open on ${address}: ${open.join(', ')}; pass ${url} as the target on another machine, or bind them to 127.0.0.1`);
}

interface Probe {
  readonly address: string;
  readonly open: readonly string[];
  /** Why a port is neither open nor closed: the host was not reached. */
  readonly problem?: string | undefined;
}

async function probe(address: string, inner: InnerPorts): Promise<Probe> {
  const states = await Promise.all(
    Object.entries(inner).map(async ([name, port]) => ({ name: `${name} (${port})`, state: await stateOf(address, port) })),
  );
  const problem = states.find(({ state }) => state !== 'open' && state !== 'closed')?.state;
  return { address, open: states.filter(({ state }) => state === 'open').map(({ name }) => name), problem };
}

/** A firewall rejects a connection or drops it. @returns open, closed, or the message of any other error */
const stateOf = (address: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 3000 });
    const end = (state: string) => {
      socket.destroy();
      resolve(state);
    };
    socket.once('connect', () => end('open'));
    socket.once('error', (error) => end(['ECONNREFUSED', 'ETIMEDOUT'].includes(textAt(error, 'code') ?? '') ? 'closed' : error.message));
    socket.once('timeout', () => end('closed'));
  });
