import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** A fetch with another Host header, which fetch() itself does not support: through a port-forward the service must receive a host that it trusts. */
export const fetchAsHost =
  (host: string) =>
  (url: string, { method = 'GET', headers, body, signal }: RequestInit): Promise<Response> => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const send = url.startsWith('https:') ? request : plainRequest;
    const options = {
      method,
      headers: { ...Object.fromEntries(new Headers(headers)), host },
      servername: host,
      signal: signal ?? undefined,
    };
    const outgoing = send(url, options, (incoming) => {
      const received = Object.entries(incoming.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((each): [string, string] => [name, each]),
      );
      const status = incoming.statusCode ?? 502;
      buffer(incoming).then(
        (bytes) => resolve(new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status, headers: received })),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  };
