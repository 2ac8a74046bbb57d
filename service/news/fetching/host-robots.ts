import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { type Exchange, headerOf } from '../../outbound/exchange.ts';
import { checkUrl } from '../../outbound/guard.ts';
import type { Network } from '../../outbound/network.ts';
import { fetchErrorOf } from './fetch-error.ts';
import { findRobots, hostOf, type StoredRobots, storeRobots } from './hosts.ts';
import { redirectStatuses, schemes } from './redirects.ts';
import type { RobotsFile } from './robots.ts';

/** Of redirects of robots.txt (RFC 9309, section 2.3.1.2). */
const maxRedirects = 5;
/** A file is read again after a day; if the host had none to give, after an hour (RFC 9309, section 2.4). */
const [dayMs, hourMs] = [86_400_000, 3_600_000];

/** Whether what is stored may be used without a request. */
export function isFresh({ ageMs, status }: StoredRobots): boolean {
  const isFinal = status !== null && status < 500 && status !== 429;
  return ageMs < (isFinal ? dayMs : hourMs);
}

const unreachable: RobotsFile = { status: null, text: null };

interface HostRobotsOptions {
  readonly db: Kysely<Tables>;
  readonly network: Network;
  /** Sends a request without a check of robots.txt; undefined if `isNeeded` is false once the host is free. */
  readonly send: (url: URL, isNeeded: () => Promise<boolean>, signal: AbortSignal) => Promise<Exchange | undefined>;
}

/** The robots.txt of hosts, which all processes share. */
export function createHostRobots({ db, network, send }: HostRobotsOptions) {
  /** Undefined: another request has stored the file meanwhile. */
  async function download(first: URL, isNeeded: () => Promise<boolean>, signal: AbortSignal): Promise<RobotsFile | undefined> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const response = await send(url, redirects === 0 ? isNeeded : async () => true, signal);
      if (response === undefined) return undefined;
      const { status, bytes } = response;
      if (!redirectStatuses.includes(status)) return { status, text: bytes.toString('utf8').replaceAll('\0', '') };
      url = checkUrl(headerOf(response, 'location'), network, schemes, url);
    }
    return unreachable;
  }
  return {
    /** @throws {FetchError} host_busy; the reason of the signal */
    async of(url: URL, signal: AbortSignal): Promise<RobotsFile> {
      const host = hostOf(url);
      const stored = async () => {
        const found = await findRobots(db, host);
        return found !== undefined && isFresh(found) ? found : undefined;
      };
      const known = await stored();
      if (known !== undefined) return known;
      const file = await download(new URL('/robots.txt', url), async () => (await stored()) === undefined, signal).catch(
        (error: unknown) => {
          const failure = fetchErrorOf(error);
          // A private host is rejected as such, even if a redirect of robots.txt leads to it.
          if (failure === undefined || failure.reason === 'host_busy' || failure.reason === 'private_address') throw error;
          return unreachable;
        },
      );
      if (file === undefined) return (await stored()) ?? unreachable;
      await storeRobots(db, host, file);
      return file;
    },
  };
}
