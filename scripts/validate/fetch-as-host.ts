import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** fetch() sends the host of the URL whatever its headers say; through a port-forward the service must be asked for a name that it trusts. */
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
    const outgoing = send(url, options, (answer) => {
      const known = Object.entries(answer.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((each): [string, string] => [name, each]),
      );
      const status = answer.statusCode ?? 502;
      buffer(answer).then(
        (bytes) => resolve(new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status, headers: known })),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  };
