import { isIP } from 'node:net';
import { ports } from '../../contract/ports.ts';
import { createClient } from '../../service/client/client.ts';
import { Failure } from '../cli/failure.ts';
import { fetchAsHost } from '../validate/fetch-as-host.ts';
import type { ReadMetrics } from './scrape-service.ts';

const isLoopback = (hostname: string) => {
  const address = hostname.replaceAll(/[[\]]/g, '');
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
};

/**
 * Load goes to this machine, or to a service whose name was typed twice: a mistyped URL must not load the service of others.
 * @param name host of the URL, or the environment
 * @throws {Failure} `usage`
 */
export function assertConfirmed(name: string, confirmed: string | undefined): void {
  if (isLoopback(name) || confirmed === name) return;
  throw new Failure(
    'usage',
    `${name} is not on this machine, and a load test may disturb its users`,
    confirmed === undefined ? `if you may load it, add --confirm ${name}` : `--confirm must be ${name}, not ${confirmed}`,
  );
}

/** GraphQL has a port of its own next to that of the API; an edge has one host for both. */
export function defaultGraphqlUrl(baseUrl: string): string {
  const { protocol, hostname, port } = new URL(baseUrl);
  return port === String(ports.http) ? `${protocol}//${hostname}:${ports.graphql}` : baseUrl;
}

/** Reads /metrics of each URL. A process that has it on PORT too answers loopback and keys with the permission Admin. */
export const readFromUrls =
  (urls: readonly string[], credential: string, host?: string): ReadMetrics =>
  async (signal) => {
    const options = { credential, retries: 0, ...(host === undefined ? {} : { fetch: fetchAsHost(host) }) };
    const texts = urls.map(async (baseUrl) => [baseUrl, await createClient({ baseUrl, ...options }).call('metrics', { signal })] as const);
    return new Map(await Promise.all(texts));
  };
