import type { Dispatcher } from 'undici';
import { maxPictureBytes } from '../../contract/body-limits.ts';
import { Problem } from '../http/problem.ts';
import { checkUrl, denialIn, guardedAgent, type Violation } from '../outbound/guard.ts';
import { internet, type Network } from '../outbound/network.ts';
import { deadlineSignal } from '../runtime/deadline.ts';
import { tooLarge } from './formats.ts';
import { invalidImage, unreachableImage } from './rejection.ts';

interface DownloadOptions extends Network {
  readonly timeoutMs: number;
}

const pictureHosts: DownloadOptions = { ...internet, ports: [443], timeoutMs: 10_000 };

const maxRedirects = 3;

/** One text for both, so that callers cannot find out which internal names exist. */
const noPublicAddress = (cause?: unknown) => unreachableImage('The host of the picture has no public address.', cause);

const scheme = () => invalidImage('The URL of the picture must be a valid one that starts with https://.');
const problems: Readonly<Record<Violation, (ports: readonly number[], cause: unknown) => Problem>> = {
  invalid_url: scheme,
  scheme_denied: scheme,
  credentials_denied: () => invalidImage('The URL of the picture must not contain a user name or password.'),
  port_denied: (ports) => invalidImage(`The URL of the picture must have the port ${ports.join(', ')}.`),
  host_not_found: (_, cause) => noPublicAddress(cause),
  address_denied: (_, cause) => noPublicAddress(cause),
};

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

async function follow(agent: Dispatcher, first: URL, options: DownloadOptions, signal: AbortSignal): Promise<Buffer> {
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
    url = checkUrl(location, options, ['https:'], url);
  }
  throw unreachableImage(`The URL of the picture has more than ${maxRedirects} redirects.`);
}

function problemOf(error: unknown, { ports }: DownloadOptions): Problem {
  const denial = denialIn(error);
  if (denial !== undefined) return problems[denial.violation](ports, denial);
  return error instanceof Problem ? error : unreachableImage('The host of the picture cannot be reached.', error);
}

export type Download = (url: string, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Downloads pictures from the internet, and from nowhere else: https on port 443, to public addresses, also after a redirect.
 * The function throws a Problem, or the reason of the signal.
 */
export function createDownload(given: Partial<DownloadOptions> = {}): Download {
  const options = { ...pictureHosts, ...given };
  const { timeoutMs } = options;
  return async (text, signal) => {
    const late = deadlineSignal(timeoutMs, () => unreachableImage(`The host of the picture needs more than ${timeoutMs / 1000} s.`));
    const agent = guardedAgent(options);
    try {
      return await follow(agent, checkUrl(text, options, ['https:']), options, AbortSignal.any([signal, late]));
    } catch (error) {
      signal.throwIfAborted();
      throw problemOf(late.aborted ? late.reason : error, options);
    } finally {
      void agent.destroy();
    }
  };
}
