import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Network } from '../../outbound/network.ts';

export type MadeHandler = (response: ServerResponse, request: IncomingMessage) => unknown;
/** Handlers by path. A host without `/robots.txt` returns 404 for it. */
export type MadeHost = Readonly<Record<string, MadeHandler>>;

export interface MadeRequest {
  readonly host: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
}

export const sends =
  (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status = 200): MadeHandler =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/xml', ...headers }).end(body);
export const redirects =
  (location: string, status = 302): MadeHandler =>
  (response) =>
    response.writeHead(status, { Location: location }).end();

const notFound = sends('', {}, 404);

/** Addresses of names that are not those of the made web; each lookup of a name uses the next list, the last one for good. */
export type MadeAddresses = Readonly<Record<string, readonly (readonly string[])[]>>;

/** The network of a made web on this port: its names resolve to 127.0.0.1, the only address that it allows. */
export function madeNetwork(port: number, isHost: (host: string) => boolean, addresses: MadeAddresses = {}): Network {
  const lookups = new Map<string, number>();
  function addressesOf(host: string): readonly string[] {
    const given = addresses[host];
    if (given === undefined) return isHost(host) ? ['127.0.0.1'] : [];
    const count = lookups.get(host) ?? 0;
    lookups.set(host, count + 1);
    return given[Math.min(count, given.length - 1)] ?? [];
  }
  return {
    lookup(host, callback) {
      const found = addressesOf(host).map((address) => ({ address, family: 4 }));
      callback(found.length === 0 ? new Error('ENOTFOUND') : null, found);
    },
    isAllowed: (address) => address === '127.0.0.1',
    ports: [port],
  };
}

/** The origin of a host of the made web. */
export type OriginOf = (host: string) => string;

/**
 * Web of many hosts on one port of 127.0.0.1. Its network resolves their names to that address, which is the only one that it allows,
 * although it is a private one.
 */
export async function startMadeWeb(hostsAt: (origin: OriginOf) => Readonly<Record<string, MadeHost>>, addresses: MadeAddresses = {}) {
  const requests: MadeRequest[] = [];
  let hosts: Readonly<Record<string, MadeHost>> = {};
  const server = createServer((request, response) => {
    const { headers, url: path = '' } = request;
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    requests.push({ host, path, at: Date.now(), headers });
    (hosts[host]?.[path] ?? notFound)(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin: OriginOf = (host) => `http://${host}:${port}`;
  hosts = hostsAt(origin);
  return {
    network: madeNetwork(port, (host) => host in hosts, addresses),
    port,
    origin,
    requests,
    async close() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
export type MadeWeb = Awaited<ReturnType<typeof startMadeWeb>>;
