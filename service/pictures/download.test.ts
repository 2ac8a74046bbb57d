import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maxPictureBytes } from '../../contract/body-limits.ts';
import { certificateFor } from '../testing/certificate.ts';
import { createDownload } from './download.ts';

const host = 'pictures.test';

const pair = certificateFor(host, 'internal.test');
const picture = Buffer.from('a picture');

const redirect = (response: ServerResponse, location: string) => response.writeHead(302, { Location: location }).end();

describe('A download without openssl', () => {
  test.each([
    ['http://example.com/a.jpg', 'invalid_image'],
    ['ftp://example.com/a.jpg', 'invalid_image'],
    ['https://', 'invalid_image'],
    ['https://user:password@example.com/', 'invalid_image'],
    ['https://example.com:8443/', 'invalid_image'],
    ['https://127.0.0.1/', 'image_unreachable'],
    ['https://2130706433/', 'image_unreachable'],
    ['https://0x7f000001/', 'image_unreachable'],
    ['https://0177.0.0.1/', 'image_unreachable'],
    ['https://[::1]/', 'image_unreachable'],
    ['https://[::ffff:169.254.169.254]/', 'image_unreachable'],
    ['https://169.254.169.254/latest/meta-data/', 'image_unreachable'],
    ['https://localhost/', 'image_unreachable'],
  ])('of %s is rejected without a connection', async (url, code) => {
    await expect(createDownload()(url, new AbortController().signal)).rejects.toMatchObject({ code });
  });
});

(pair === undefined ? describe.skip : describe)('A download', () => {
  let port = 0;
  const received: { readonly path: string; readonly headers: object }[] = [];
  const paths: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    '/picture': (response) => response.end(picture),
    '/redirects/3': (response) => redirect(response, '/redirects/2'),
    '/redirects/2': (response) => redirect(response, '/redirects/1'),
    '/redirects/1': (response) => redirect(response, '/picture'),
    '/redirects/4': (response) => redirect(response, '/redirects/3'),
    '/to-http': (response) => redirect(response, `http://${host}/picture`),
    '/to-address': (response) => redirect(response, `https://10.0.0.1:${port}/picture`),
    '/to-internal': (response) => redirect(response, `https://internal.test:${port}/picture`),
    '/large': (response) => response.end(Buffer.alloc(maxPictureBytes + 1)),
    '/endless': (response) => {
      const chunk = Buffer.alloc(1 << 16);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more).writeHead(200);
      more();
    },
    '/silent': () => {},
    '/reset': (response) => response.destroy(),
  };
  const server = createServer({ ...pair }, ({ url = '', headers }, response) => {
    received.push({ path: url, headers });
    const handle = paths[url] ?? ((missing) => missing.writeHead(404).end());
    handle(response);
  });
  let connections = 0;
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

  const addresses: Readonly<Record<string, readonly string[]>> = {
    [host]: ['127.0.0.1'],
    'internal.test': ['127.0.0.2'],
    'mixed.test': ['127.0.0.1', '10.0.0.1'],
  };
  const lookups: string[] = [];
  const options = () => ({
    lookup: (name: string, callback: (error: Error | null, found: { address: string; family: number }[]) => void) => {
      lookups.push(name);
      const found = addresses[name];
      if (found === undefined) callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
      else
        callback(
          null,
          found.map((address) => ({ address, family: 4 })),
        );
    },
    isAllowed: (address: string) => address === '127.0.0.1',
    ports: [port],
    ca: pair?.cert ?? '',
  });
  const download = (path: string, { at = host, timeoutMs = 60_000, signal = new AbortController().signal } = {}) =>
    createDownload({ ...options(), timeoutMs })(`https://${at}:${port}${path}`, signal);

  test('returns the bytes, and sends neither cookies nor credentials', async () => {
    expect(Buffer.from(await download('/picture'))).toEqual(picture);
    expect(Object.keys(received.at(-1)?.headers ?? {}).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });
  test('follows three redirects, and checks the address of each', async () => {
    lookups.length = 0;
    expect(Buffer.from(await download('/redirects/3'))).toEqual(picture);
    expect(new Set(lookups)).toEqual(new Set([host]));
  });
  test.each([
    ['a fourth redirect', '/redirects/4', 'image_unreachable', 'The URL of the picture has more than 3 redirects.'],
    ['a redirect to http', '/to-http', 'invalid_image', 'The URL of the picture must be a valid one that starts with https://.'],
    ['another status than 200', '/missing', 'image_unreachable', 'The host of the picture returned the status 404.'],
    ['more than 10 MiB', '/large', 'invalid_image', `The picture has more than ${maxPictureBytes} bytes (10 MiB).`],
    ['a body without an end', '/endless', 'invalid_image', `The picture has more than ${maxPictureBytes} bytes (10 MiB).`],
    ['a broken connection', '/reset', 'image_unreachable', 'The host of the picture cannot be reached.'],
  ])('rejects %s', async (_, path, code, detail) => {
    await expect(download(path)).rejects.toMatchObject({ code, detail });
  });
  test.each(['/to-address', '/to-internal'])('rejects a redirect to an address that is not public (%s)', async (path) => {
    const before = connections;
    await expect(download(path)).rejects.toMatchObject({ code: 'image_unreachable' });
    expect(connections).toBe(before + 1);
  });
  test.each([
    ['with one address that is not public among others', 'mixed.test'],
    ['with an address that is not public', 'internal.test'],
    ['that does not exist', 'unknown.test'],
  ])('opens no connection to a host %s, and says the same about each', async (_, at) => {
    const before = connections;
    const detail = 'The host of the picture has no public address.';
    await expect(download('/picture', { at })).rejects.toMatchObject({ code: 'image_unreachable', detail });
    expect(connections).toBe(before);
  });
  test('connects to the address that was checked, although the next lookup would give another', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const rebinding = createDownload({
      ...options(),
      timeoutMs: 60_000,
      lookup: (_, callback) =>
        callback(
          null,
          (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
        ),
    });
    expect(Buffer.from(await rebinding(`https://${host}:${port}/picture`, new AbortController().signal))).toEqual(picture);
    expect(answers).toHaveLength(1);
  });
  test('rejects a certificate that no trusted authority signed', async () => {
    const { ca: _, ...untrusted } = options();
    const detail = 'The host of the picture cannot be reached.';
    await expect(createDownload(untrusted)(`https://${host}:${port}/picture`, new AbortController().signal)).rejects.toMatchObject({
      detail,
    });
  });
  test('ends when the time is over', async () => {
    const detail = 'The host of the picture needs more than 0.05 s.';
    await expect(download('/silent', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'image_unreachable', detail });
  });
  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const gone = new Error('gone');
    const arrival = once(server, 'request');
    const downloading = download('/silent', { signal: controller.signal });
    await arrival;
    controller.abort(gone);
    await expect(downloading).rejects.toBe(gone);
  });
});
