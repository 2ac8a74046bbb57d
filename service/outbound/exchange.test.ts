import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFor } from '../testing/certificate.ts';
import { type ExchangeLimits, exchange } from './exchange.ts';
import { checkUrl } from './guard.ts';
import { internet, type Network } from './network.ts';

const limits: ExchangeLimits = { maxBytes: 1 << 20, maxDecodedBytes: 32 << 20, maxRatio: 100, totalMs: 60_000, idleMs: 60_000 };
const text = Buffer.from('news '.repeat(1000));
const write = (response: ServerResponse, encoding: string, body: Buffer) =>
  response.writeHead(200, { 'Content-Encoding': encoding, 'Set-Cookie': 'id=1' }).end(body);
/** Writes without an end. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 16, 'a');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more).writeHead(200);
  more();
}
const paths: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/plain': (response) => response.end(text),
  '/gzip': (response) => write(response, 'gzip', gzipSync(text)),
  '/br': (response) => write(response, 'br', brotliCompressSync(text)),
  '/zstd': (response) => write(response, 'zstd', text),
  '/broken-gzip': (response) => write(response, 'gzip', text),
  '/cut-gzip': (response) => write(response, 'gzip', gzipSync(text).subarray(0, 20)),
  '/gzip-bomb': (response) => write(response, 'gzip', gzipSync(Buffer.alloc(16 << 20))),
  '/br-bomb': (response) =>
    write(response, 'br', brotliCompressSync(Buffer.alloc(16 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
  '/endless': flood,
  '/silent': () => {},
  '/stalls': (response) => response.writeHead(200).write('one byte'),
  '/reset': (response) => response.destroy(),
  '/no-http': (response) => response.socket?.end('NOT HTTP\r\n\r\n'),
  '/not-modified': (response) => response.writeHead(304).end(),
};

describe('An exchange', () => {
  let [port, connections] = [0, 0];
  const received: IncomingHttpHeaders[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    received.push(headers);
    paths[url]?.(response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  const network = (): Network => ({
    lookup: (host, callback) => callback(null, [{ address: host === 'private.test' ? '127.0.0.2' : '127.0.0.1', family: 4 }]),
    isAllowed: (address) => address === '127.0.0.1',
    ports: [port],
  });
  const get = (path: string, given: Partial<ExchangeLimits> = {}, at = 'news.test', signal = new AbortController().signal) =>
    exchange(checkUrl(`http://${at}:${port}${path}`, network(), ['http:', 'https:']), {
      network: network(),
      limits: { ...limits, ...given },
      headers: { 'User-Agent': 'Test' },
      wantsBody: ({ status }) => status === 200,
      signal,
    });

  test.each(['/plain', '/gzip', '/br'])('returns the decompressed body of %s and the bytes that were sent', async (path) => {
    const { status, bytes, sentBytes } = await get(path);
    expect([status, bytes.equals(text)]).toEqual([200, true]);
    expect(sentBytes === text.length).toBe(path === '/plain');
  });
  test('sends neither cookies nor credentials, also after a response set a cookie', async () => {
    await get('/gzip');
    await get('/gzip');
    expect(Object.keys(received.at(-1) ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
  });
  test('returns a head without a body', async () => {
    expect(await get('/not-modified')).toMatchObject({ status: 304, sentBytes: 0 });
  });
  test.each([
    ['/zstd', 'encoding_unsupported'],
    ['/broken-gzip', 'invalid_response'],
    ['/cut-gzip', 'invalid_response'],
    ['/gzip-bomb', 'decompression_bomb'],
    ['/br-bomb', 'decompression_bomb'],
    ['/endless', 'too_large'],
    ['/reset', 'unreachable'],
    ['/no-http', 'invalid_response'],
  ])('of %s fails as %s', async (path, failure) => {
    await expect(get(path)).rejects.toMatchObject({ failure });
  });
  test('stops when more is decompressed than allowed, although the ratio is', async () => {
    await expect(get('/gzip', { maxDecodedBytes: 100 })).rejects.toMatchObject({ failure: 'too_large' });
  });
  test.each(['/plain', '/gzip', '/endless'])('that truncates keeps the start of %s', async (path) => {
    expect((await get(path, { maxDecodedBytes: 100, truncates: true })).bytes).toHaveLength(100);
  });
  test('fails as timeout when no response arrives, or it stalls', async () => {
    await expect(get('/silent', { totalMs: 50 })).rejects.toMatchObject({ failure: 'timeout' });
    await expect(get('/silent', { idleMs: 50 })).rejects.toMatchObject({ failure: 'timeout' });
    await expect(get('/stalls', { idleMs: 50 })).rejects.toMatchObject({ failure: 'timeout' });
  });
  test('opens no connection to a private address', async () => {
    const before = connections;
    await expect(get('/plain', {}, 'private.test')).rejects.toMatchObject({ failure: 'address_denied' });
    expect(connections).toBe(before);
  });
  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const gone = new Error('gone');
    const arrival = once(server, 'request');
    const pending = get('/silent', {}, 'news.test', controller.signal);
    await arrival;
    controller.abort(gone);
    await expect(pending).rejects.toBe(gone);
  });
});

const pair = certificateFor('news.test');
(pair === undefined ? test.skip : test)(
  'An encrypted exchange fails as tls_failed unless it trusts the authority of the certificate',
  async () => {
    const server = createTlsServer({ ...pair }, (_request, response) => response.end(text)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const get = (ca?: string) => {
      const network: Network = {
        lookup: (_, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
        isAllowed: () => true,
        ports: [port],
        ...(ca !== undefined && { ca }),
      };
      const options = { network, limits, headers: {}, wantsBody: () => true, signal: new AbortController().signal };
      return exchange(checkUrl(`https://news.test:${port}/`, network, ['https:']), options);
    };
    expect((await get(pair?.cert)).bytes).toEqual(text);
    await expect(get()).rejects.toMatchObject({ failure: 'tls_failed' });
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  },
);

describe('The check of a URL', () => {
  test.each([
    ['ftp://example.com/', 'scheme_denied'],
    ['file:///etc/passwd', 'scheme_denied'],
    ['https://', 'invalid_url'],
    ['https://user@example.com/', 'credentials_denied'],
    ['http://example.com:8080/', 'port_denied'],
    ['http://127.0.0.1/', 'address_denied'],
    ['http://2130706433/', 'address_denied'],
    ['http://[::1]/', 'address_denied'],
    ['http://[::ffff:10.0.0.1]/', 'address_denied'],
  ])('rejects %s as %s', (url, violation) => {
    expect(() => checkUrl(url, internet, ['http:', 'https:'])).toThrow(expect.objectContaining({ violation }));
  });
  test.each(['http://example.com/', 'https://example.com:443/a?b=c', 'http://example.com:443/'])('accepts %s', (url) => {
    expect(checkUrl(url, internet, ['http:', 'https:']).href).toBe(new URL(url).href);
  });
});
