import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { maxPictureBytes } from '../../contract/body-limits.ts';
import { Problem } from '../http/problem.ts';
import { deadlineSignal } from '../runtime/deadline.ts';
import { isPublicAddress } from './addresses.ts';
import { tooLarge } from './formats.ts';
import { invalidImage, unreachableImage } from './rejection.ts';

interface DownloadOptions {
  /** Resolves a host to all of its addresses. */
  readonly lookup: (host: string, callback: (error: Error | null, addresses: LookupAddress[]) => void) => void;
  readonly isAllowed: (address: string) => boolean;
  readonly port: number;
  /** Certificates of authorities in place of the usual ones. */
  readonly ca?: string;
  readonly timeoutMs: number;
}

const internet: DownloadOptions = {
  lookup: (host, callback) => systemLookup(host, { all: true }, callback),
  isAllowed: isPublicAddress,
  port: 443,
  timeoutMs: 10_000,
};

const maxRedirects = 3;

/** One text for both, so that callers cannot find out which internal names exist. */
const noPublicAddress = (cause?: unknown) => unreachableImage('The host of the picture has no public address.', cause);

/** @throws {Problem} if a URL, or the target of a redirect, is not one that the service opens */
function checkedUrl(text: string, base: URL | undefined, { port, isAllowed }: DownloadOptions): URL {
  const url = URL.parse(text, base);
  if (url?.protocol !== 'https:') throw invalidImage('The URL of the picture must be a valid one that starts with https://.');
  if (url.username !== '' || url.password !== '') throw invalidImage('The URL of the picture must not contain a user name or password.');
  if (Number(url.port || 443) !== port) throw invalidImage(`The URL of the picture must have the port ${port}.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // For an address, no lookup takes place.
  if (isIP(host) !== 0 && !isAllowed(host)) throw noPublicAddress();
  return url;
}

/** Resolves a host for a connection, which is made to the addresses that were checked. */
const guardedLookup =
  ({ lookup, isAllowed }: DownloadOptions): LookupFunction =>
  (host, { all }, callback) =>
    lookup(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(noPublicAddress(error), []);
      if (!addresses.every(({ address }) => isAllowed(address))) return callback(noPublicAddress(), []);
      return all ? callback(null, addresses) : callback(null, first.address, first.family);
    });

/** Reads a body up to the limit of a picture. */
async function read({ headers, body }: Dispatcher.ResponseData): Promise<Buffer> {
  if (Number(headers['content-length']) > maxPictureBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxPictureBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function follow(agent: Agent, first: URL, options: DownloadOptions, signal: AbortSignal): Promise<Buffer> {
  // Some hosts reject requests without a User-Agent.
  const headers = { Accept: 'image/jpeg, image/png, image/webp', 'Accept-Encoding': 'identity', 'User-Agent': 'Leyenda' };
  let url = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await agent.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers, signal });
    const { statusCode: status, headers: received, body } = response;
    // One that is not read to its end fails when the agent closes the connection.
    body.on('error', () => {});
    if (status === 200) return read(response);
    body.destroy();
    const { location } = received;
    if (status < 300 || status >= 400 || typeof location !== 'string')
      throw unreachableImage(`The host of the picture returned the status ${status}.`);
    url = checkedUrl(location, url, options);
  }
  throw unreachableImage(`The URL of the picture has more than ${maxRedirects} redirects.`);
}

/** Problems of the lookup arrive as causes of connection errors. */
const problemIn = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  return Error.isError(error) && error.cause !== undefined ? problemIn(error.cause) : undefined;
};

export type Download = (url: string, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Downloads pictures from the internet, and from nowhere else: https on port 443, to public addresses, also after a redirect.
 * The function throws a Problem, or the reason of the signal.
 */
export function createDownload(given: Partial<DownloadOptions> = {}): Download {
  const options = { ...internet, ...given };
  const { ca, timeoutMs } = options;
  return async (text, signal) => {
    const url = checkedUrl(text, undefined, options);
    const late = deadlineSignal(timeoutMs, () => unreachableImage(`The host of the picture needs more than ${timeoutMs / 1000} s.`));
    const connect = { lookup: guardedLookup(options), ...(ca === undefined ? {} : { ca }) };
    // Of its own: a connection is never used for another download.
    const agent = new Agent({ connect, allowH2: false, maxHeaderSize: 16 * 1024 });
    try {
      return await follow(agent, url, options, AbortSignal.any([signal, late]));
    } catch (error) {
      signal.throwIfAborted();
      throw problemIn(late.aborted ? late.reason : error) ?? unreachableImage('The host of the picture cannot be reached.', error);
    } finally {
      void agent.destroy();
    }
  };
}
