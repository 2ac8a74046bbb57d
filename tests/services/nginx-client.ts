import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import * as z from 'zod';

interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Loopback address of the client; limits count each one separately. */
  readonly from?: string;
  /** `false`: plain HTTP. */
  readonly tls?: boolean;
  /** Server name of the connection, and the Host header unless `headers` has one. */
  readonly name?: string;
}
export interface NginxResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Number of occurrences of each header, by its name in lower case. */
  readonly times: Readonly<Record<string, number>>;
  readonly body: string;
}

const countOf = ({ rawHeaders }: IncomingMessage) => {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, list]) => [name, list.length]));
};

/** Sends requests to an nginx of the tests and trusts only its certificate. */
export function createNginxClient(
  { http, https, home }: { readonly http: number; readonly https: number; readonly home: string },
  defaultName: string,
) {
  const ca = readFileSync(join(home, 'certificate.pem'));
  /** Resolves with the response head; the body can be read as a stream. */
  function open(
    path: string,
    { method = 'GET', headers = {}, body, from = '127.0.0.1', tls = true, name = defaultName }: RequestOptions = {},
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const where = { host: '127.0.0.1', path, method, headers: { Host: name, ...headers }, localAddress: from, agent: false };
    const request = tls
      ? tlsRequest({ ...where, port: https, servername: name, ca }, resolve)
      : plainRequest({ ...where, port: http }, resolve);
    request.on('error', reject).end(body);
    return promise;
  }
  async function send(path: string, options: RequestOptions = {}): Promise<NginxResponse> {
    const response = await open(path, options);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, times: countOf(response), body: text };
  }
  return { open, send, ca };
}

const logged = z.looseObject({ message: z.string(), client_ip: z.string().optional(), request_id: z.string().optional() });
/** The requests in the service's log, in the order of their arrival. */
export const requestsReceived = (lines: readonly string[]) =>
  lines.map((line) => logged.parse(JSON.parse(line))).filter(({ message }) => message === 'Request started');
