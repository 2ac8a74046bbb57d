import { get as getPlain, type RequestOptions } from 'node:http';
import { get } from 'node:https';
import { textAt } from '../values/json.ts';
import type { ComposeTarget } from './target.ts';

const timeoutMs = 10_000;

/**
 * Checks /health through the proxy on this host.
 * @throws if it is not healthy or reports another release
 */
export async function assertHealth({ url, host, release }: Pick<ComposeTarget, 'url' | 'host' | 'release'>): Promise<void> {
  const { status, text } = await request(new URL('/health', url), host);
  if (status !== 200) throw new Error(`/health returned ${status}`);
  const body: unknown = JSON.parse(text);
  const serving = textAt(body, 'release');
  if (textAt(body, 'status') !== 'healthy') throw new Error(`/health does not report healthy: ${text.slice(0, 200)}`);
  if (serving !== release) throw new Error(`/health reports release ${serving}, not ${release}`);
}

/** fetch can neither set the Host header nor accept a certificate that is not issued for the loopback address. */
function request(url: URL, host: string): Promise<{ readonly status: number; readonly text: string }> {
  const options: RequestOptions = { headers: { host }, timeout: timeoutMs };
  const send = url.protocol === 'https:' ? get : getPlain;
  return new Promise((resolve, reject) => {
    const sent = send(url, { ...options, servername: host, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text })).once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error(`/health did not respond within ${timeoutMs / 1000} s`)));
    sent.once('error', reject);
  });
}
