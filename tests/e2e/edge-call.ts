import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { text } from 'node:stream/consumers';
import { apiKey } from './cluster.ts';

interface Call {
  /** `host:port` to connect to, from here. */
  readonly to: string;
  /** Host name of the request: Host header, and SNI for TLS. */
  readonly host: string;
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The certificate to trust; not set: no TLS. */
  readonly ca?: string;
}

/** One call from outside the cluster, by a name that no resolver here knows. */
export async function call({ to, host, path, method = 'GET', body, headers = {}, ca }: Call) {
  const [address, port] = to.split(':');
  const options = {
    host: address,
    port,
    path,
    method,
    headers: { Host: host, Authorization: `Bearer ${apiKey}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
    agent: false,
    timeout: 25_000,
  };
  const outgoing = ca === undefined ? plain(options) : secure({ ...options, servername: host, ca });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.on('response', resolve).on('error', reject);
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
  outgoing.end(body && JSON.stringify(body));
  const response = await promise;
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
