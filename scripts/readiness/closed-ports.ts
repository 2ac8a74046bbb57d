import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ports } from '../../contract/ports.ts';
import { failed, NotCheckable } from './checklist.ts';

/** Ports that only other machines of the deployment may reach. */
const innerPorts = {
  PostgreSQL: ports.postgres,
  Redis: ports.redis,
  Prometheus: ports.prometheus,
  Alertmanager: ports.alertmanager,
} as const;
type InnerPorts = Readonly<Record<string, number>>;

export const isLoopback = (hostname: string) => hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');

/** Connects to the ports of stores and monitoring as anyone could. */
export async function closedPorts(hostname: string): Promise<string> {
  if (isLoopback(hostname)) return closedOnThisMachine(outerAddresses());
  const open = await openPorts(hostname, innerPorts);
  if (open.length > 0) throw failed(`reachable from here: ${open.join(', ')}`, 'close them: docs/host.md, or bind them to 127.0.0.1');
  return `${Object.keys(innerPorts).join(', ')} are not reachable from here`;
}

const outerAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);

/**
 * A firewall does not filter the connections of its own machine to itself: a port that is closed here is closed for others, but one that is
 * open here may not be.
 * @param addresses of this machine in its networks
 */
export async function closedOnThisMachine(addresses: readonly string[], inner: InnerPorts = innerPorts): Promise<string> {
  if (addresses.length === 0) throw new NotCheckable('this machine is in no network');
  for (const address of addresses) {
    const open = await openPorts(address, inner);
    if (open.length > 0)
      throw new NotCheckable(
        `open on ${address}: ${open.join(', ')}; pass http://${address} as the target on another machine, or bind them to 127.0.0.1`,
      );
  }
  return `closed on ${addresses.join(', ')}: ${Object.keys(inner).join(', ')}`;
}

const openPorts = async (host: string, inner: InnerPorts): Promise<readonly string[]> =>
  (await Promise.all(Object.entries(inner).map(async ([name, port]) => ((await isOpen(host, port)) ? [`${name} (${port})`] : [])))).flat();

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
