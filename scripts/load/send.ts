import { Pool } from 'undici';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';

/** Where requests go. */
export interface Origins {
  readonly http: string;
  readonly graphql: string;
  /** Host header, if the service does not trust the host of the URL. */
  readonly host?: string | undefined;
}
export interface Reply {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}
export type Send = (endpoint: EndpointName, body?: object, params?: Readonly<Record<string, string>>) => Promise<Reply>;

/** Longer than a request may take in the service. */
const timeoutMs = 30_000;
/** Enough that requests of an open loop do not wait for a connection, and few enough for a process with a small limit of files. */
const connections = 200;

/** Sends requests over kept connections, without retries. */
export function createSender({ http, graphql, host }: Origins, credential: string) {
  const options = { connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  const pools = new Map([http, graphql].map((origin) => [origin, new Pool(origin, options)]));
  const headers = {
    authorization: `Bearer ${credential}`,
    accept: 'application/json',
    'content-type': 'application/json',
    ...(host === undefined ? {} : { host }),
  };
  const send: Send = async (endpoint, body, params = {}) => {
    const { method, path, port } = endpointOf(endpoint);
    const pool = pools.get(port === 'graphql' ? graphql : http);
    if (pool === undefined) throw new Error('unreachable: every origin has a pool');
    const response = await pool.request({
      path: path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? ''),
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return {
      status: response.statusCode,
      header: (name) => [response.headers[name]].flat()[0],
      text: await response.body.text(),
    };
  };
  return { send, close: () => Promise.all([...pools.values()].map((pool) => pool.destroy())) };
}
