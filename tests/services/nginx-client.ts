import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import * as z from 'zod';

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Of the caller: an address of loopback of its own is counted on its own. */
  readonly from?: string;
  /** `false`: plain HTTP. */
  readonly tls?: boolean;
  /** Name that the connection is for, and the Host header where `headers` has none. */
  readonly name?: string;
}
export interface NginxResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** How often each header was sent, by its name in lower case. */
  readonly times: Readonly<Record<string, number>>;
  readonly body: string;
}

const countOf = ({ rawHeaders }: IncomingMessage) => {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, list]) => [name, list.length]));
};

/** Asks an nginx of the tests, believing its certificate and no other. */
export function createNginxClient(
  { http, https, home }: { readonly http: number; readonly https: number; readonly home: string },
  usual: string,
) {
  const ca = readFileSync(join(home, 'certificate.pem'));
  /** The answer as it begins; its body is still to be read. */
  function open(path: string, { method = 'GET', headers = {}, body, from = '127.0.0.1', tls = true, name = usual }: Asked = {}) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const where = { host: '127.0.0.1', path, method, headers: { Host: name, ...headers }, localAddress: from, agent: false };
    const request = tls
      ? tlsRequest({ ...where, port: https, servername: name, ca }, resolve)
      : plainRequest({ ...where, port: http }, resolve);
    request.on('error', reject).end(body);
    return promise;
  }
  async function ask(path: string, asked: Asked = {}): Promise<NginxResponse> {
    const response = await open(path, asked);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, times: countOf(response), body: text };
  }
  return { open, ask, ca };
}

const logged = z.looseObject({ message: z.string(), client_ip: z.string().optional(), request_id: z.string().optional() });
/** What the service has logged of the requests that reached it, in the order of their arrival. */
export const requestsReceived = (lines: readonly string[]) =>
  lines.map((line) => logged.parse(JSON.parse(line))).filter(({ message }) => message === 'Request started');
