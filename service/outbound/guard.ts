import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import type { Network } from './network.ts';

/** What a URL violates. `host_not_found`: the name does not resolve; `address_denied`: an address is not public. */
export type Violation = 'invalid_url' | 'scheme_denied' | 'credentials_denied' | 'port_denied' | 'host_not_found' | 'address_denied';

/** A request that the guard denies: no connection was opened for it. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError';
  readonly violation: Violation;
  constructor(violation: Violation, message: string, cause?: unknown) {
    super(message, { cause });
    this.violation = violation;
  }
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * The URL of a request, or of a redirect from `base`.
 * @throws {DeniedError} unless it is one that the service may open. Addresses of names are checked when the connection is opened.
 */
export function checkUrl(text: string, { ports, isAllowed }: Network, schemes: readonly string[], base?: URL): URL {
  const url = URL.parse(text, base);
  if (url === null) throw new DeniedError('invalid_url', 'the URL is not valid');
  if (!schemes.includes(url.protocol)) throw new DeniedError('scheme_denied', `the scheme ${url.protocol} is not allowed`);
  if (url.username !== '' || url.password !== '') throw new DeniedError('credentials_denied', 'the URL contains a user name or password');
  const port = Number(url.port) || defaultPorts[url.protocol];
  if (port === undefined || !ports.includes(port)) throw new DeniedError('port_denied', `the port ${port} is not allowed`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // For an address, no lookup takes place.
  if (isIP(host) !== 0 && !isAllowed(host)) throw new DeniedError('address_denied', `the address ${host} is not public`);
  return url;
}

/** Resolves a host for a connection, which is made to the addresses that were checked. */
const guardedLookup =
  ({ lookup, isAllowed }: Network): LookupFunction =>
  (host, { all }, callback) =>
    lookup(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        return callback(new DeniedError('host_not_found', `the host ${host} does not exist`, error), []);
      }
      if (!addresses.every(({ address }) => isAllowed(address))) {
        return callback(new DeniedError('address_denied', `an address of the host ${host} is not public`), []);
      }
      return all ? callback(null, addresses) : callback(null, first.address, first.family);
    });

/** An agent whose connections go to checked addresses only. Destroy it after a request, so that no connection is used for another one. */
export function guardedAgent(network: Network, options: Omit<Agent.Options, 'connect'> = {}, connectTimeoutMs = 10_000): Agent {
  const { ca } = network;
  const connect = { lookup: guardedLookup(network), timeout: connectTimeoutMs, ...(ca === undefined ? {} : { ca }) };
  return new Agent({ connect, allowH2: false, maxHeaderSize: 16 * 1024, ...options });
}

/** The denial that caused an error: those of lookups arrive as causes of connection errors. */
export function denialIn(error: unknown): DeniedError | undefined {
  if (error instanceof DeniedError) return error;
  return Error.isError(error) && error.cause !== undefined ? denialIn(error.cause) : undefined;
}
