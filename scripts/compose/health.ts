import { get as getPlain, type RequestOptions } from 'node:http';
import { get } from 'node:https';
import { textAt } from '../values/json.ts';
import type { ComposeTarget } from './target.ts';

const timeoutMs = 10_000;

/**
 * Asks /health through the proxy on this host, and that the release that was deployed answers.
 * @throws where it answers anything else, saying what
 */
export async function assertHealth({ url, host, release }: Pick<ComposeTarget, 'url' | 'host' | 'release'>): Promise<void> {
  const { status, text } = await ask(new URL('/health', url), host);
  if (status !== 200) throw new Error(`/health answered ${status}`);
  const body: unknown = JSON.parse(text);
  const answering = textAt(body, 'release');
  if (textAt(body, 'status') !== 'healthy') throw new Error(`/health does not say healthy: ${text.slice(0, 200)}`);
  if (answering !== release) throw new Error(`/health answers for release ${answering}, not ${release}`);
}

/** Fetch can neither name another host nor look past a certificate, which on the loopback nobody issued for this address. */
function ask(url: URL, host: string): Promise<{ readonly status: number; readonly text: string }> {
  const options: RequestOptions = { headers: { host }, timeout: timeoutMs };
  const send = url.protocol === 'https:' ? get : getPlain;
  return new Promise((resolve, reject) => {
    const request = send(url, { ...options, servername: host, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text })).once('error', reject);
    });
    request.once('timeout', () => request.destroy(new Error(`/health did not answer within ${timeoutMs / 1000} s`)));
    request.once('error', reject);
  });
}
