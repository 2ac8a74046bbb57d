import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

function parse(text: string): RawResponse {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = new Headers(fields.map((field): [string, string] => [field.split(':', 1)[0] ?? '', field.replace(/^[^:]*: */, '')]));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 0), headers, body: rest.join('\r\n\r\n') };
}

/** Sends bytes that an HTTP client would reject or correct, and reads until the server closes the connection. */
export async function sendRaw(url: string, request: string | Buffer): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}).write(request);
  return parse((await buffer(socket)).toString());
}

/** The head of a request that closes its connection, followed by a body. */
export function rawRequest(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = Buffer.alloc(0)): Buffer {
  const all = { Host: 'localhost', Connection: 'close', ...(body.length > 0 ? { 'Content-Length': String(body.length) } : {}), ...headers };
  const lines = [`${method} ${target} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
