import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { product } from '../../manifests/targets/nginx/product.ts';
import { nginxReferences } from '../../manifests/targets/nginx/references.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { createNginxClient, requestsReceived } from './nginx-client.ts';
import { nginxInstalled, startNginx, validateConfiguration } from './nginx-server.ts';

const installed = nginxInstalled();
const withNginx = installed ? describe : describe.skip;
const host = 'api.yourapp.com';
const nowhere = ['127.0.0.1:9'] as const;

let service: TestService;
let backend: readonly [string];
beforeAll(async () => {
  if (!installed) return;
  service = await startService({ TRUSTED_PROXIES: '1' });
  backend = [new URL(service.url).host];
});
afterAll(() => service?.close());

/** What a test has started besides, ended whatever becomes of the test. */
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((end) => end()));
});
const another: typeof startNginx = async (target, changes) => {
  const made = await startNginx(target, changes);
  started.push(made.end);
  return made;
};
/** Starts an upstream of a test's own; says where it is. */
async function listening(server: Server): Promise<`127.0.0.1:${number}`> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

withNginx('nginx itself', () => {
  test.each(Object.entries({ product, ...nginxReferences }))('finds nothing wrong with the configuration of %s', (_, target) => {
    expect(validateConfiguration(target)).toBe('');
  });
});

withNginx('nginx', () => {
  test('answers 502 in the service’s form when the service is away', async () => {
    const alone = await another(product, {});
    const { status, headers, times, body } = await createNginxClient(alone, host).ask('/', {});
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([502, 'application/problem+json', '5']);
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_gateway', status: 502, request_id: headers['x-request-id'] });
    expect(times).toMatchObject({ 'strict-transport-security': 1, 'x-frame-options': 1, 'x-request-id': 1 });
  });

  test('believes the one in front of it, and nobody else, of the caller’s address', async () => {
    const cdn = { header: 'CF-Connecting-IP', networks: ['127.0.7.1/32'] };
    const behind = await another(product, { cdn, upstreams: { api: backend, graphql: nowhere } });
    const { ask } = createNginxClient(behind, host);
    for (const from of ['127.0.7.1', '127.0.7.2']) await ask('/', { from, headers: { 'CF-Connecting-IP': '203.0.113.9' } });
    expect(
      requestsReceived(service.lines)
        .slice(-2)
        .map(({ client_ip }) => client_ip),
    ).toEqual(['203.0.113.9', '127.0.7.2']);
  });
});

withNginx('A caller by IPv6', () => {
  const limited = async (...callers: readonly string[]) => {
    const cdn = { header: 'CF-Connecting-IP', networks: ['127.0.0.1/32'] };
    const { ask } = createNginxClient(await another(product, { cdn }), host);
    const answers: number[] = [];
    for (const caller of callers) answers.push((await ask('/auth/login', { headers: { 'CF-Connecting-IP': caller } })).status);
    return callers.filter((_, index) => answers[index] === 429);
  };
  // Of the class one is let through, and its burst of two; bytes that are line ends are as any other.
  test.each([
    [['2001:db8::1', '2001:db8:0:0:1:2:3:4', '2001:db8::a0a:a0a:a0a:a0a', '2001:db8::2', '2001:db8:0:1::1'], ['2001:db8::2']],
    [['a0a:a0a:a0a:a0a::1', 'a0a:a0a:a0a:a0a:1::', 'a0a:a0a:a0a:a0a:a0a::a0a', 'A0A:a0a:a0a:a0a:1:0:0:1'], ['A0A:a0a:a0a:a0a:1:0:0:1']],
    [['::ffff:192.0.2.1', '::ffff:192.0.2.2', '::ffff:192.0.2.3', '::ffff:192.0.2.4', '::1'], []],
  ])('is counted by its /64 however it is written, one by IPv4 in that form by its address: %j', async (callers, refused) => {
    expect(await limited(...callers)).toEqual(refused);
  });
});

withNginx('An upgrade', () => {
  test('to a WebSocket is passed through both ways; one to another protocol is not', async () => {
    const upgrades: (string | undefined)[] = [];
    const server = createServer((incoming, response) => {
      upgrades.push(incoming.headers.upgrade);
      response.end('plain');
    });
    server.on('upgrade', (incoming, socket) => {
      upgrades.push(incoming.headers.upgrade);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.on('data', (data: Buffer) => socket.end(`echo ${data}`));
    });
    const upstreams = { fastapi_backend: nowhere, graphql: [await listening(server)] } as const;
    const through = await another(nginxReferences['fastapi-stack'], { upstreams });
    const ask = (protocol: string) =>
      request({ host: '127.0.0.1', port: through.http, path: '/graphql', headers: { Connection: 'Upgrade', Upgrade: protocol } }).end();
    const [response, socket] = await once(ask('websocket'), 'upgrade');
    socket.write('hello');
    expect([response.statusCode, String((await once(socket, 'data'))[0])]).toEqual([101, 'echo hello']);
    const [plain] = await once(ask('h2c'), 'response');
    plain.resume();
    expect([plain.statusCode, upgrades]).toEqual([200, ['websocket', undefined]]);
  });
});

withNginx('A frontend beside the API', () => {
  test('has what is not the API’s, its files for a year, and each security header once', async () => {
    const own = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' };
    const frontend = await listening(
      createServer(({ url, headers }, response) => response.writeHead(200, own).end(`${url} for ${headers['x-forwarded-for']}`)),
    );
    // The service of these tests answers to one name.
    const changes = { serverNames: [host], settings: { TRUSTED_PROXIES: '1' } } as const;
    const upstreams = { api_backend: backend, frontend_backend: [frontend], graphql: nowhere } as const;
    const both = await another(nginxReferences.preventia, { ...changes, upstreams });
    const { ask } = createNginxClient(both, host);
    const page = await ask('/about', { headers: { 'X-Forwarded-For': '6.6.6.6' } });
    expect([page.body, page.headers['cache-control'], page.headers['x-frame-options']]).toEqual([
      '/about for 127.0.0.1',
      'no-cache',
      'SAMEORIGIN',
    ]);
    const file = await ask('/assets/app.js');
    expect([file.body, file.headers['cache-control']]).toEqual(['/assets/app.js for 127.0.0.1', 'public, max-age=31536000, immutable']);
    for (const { times } of [page, file])
      expect(times).toMatchObject({ 'x-content-type-options': 1, 'cache-control': 1, 'x-frame-options': 1 });
    const api = await ask('/api/v1/models');
    expect([api.status, api.headers['x-frame-options'], api.times['x-frame-options']]).toEqual([401, 'DENY', 1]);
  });
});

withNginx('Files of nginx’s own', () => {
  test('are kept for a year where they exist, compressed for who takes it, and missed in the service’s form', async () => {
    const upstreams = { fastapi_backend: backend, graphql: nowhere } as const;
    const files = await another(nginxReferences['fastapi-stack'], { upstreams });
    writeFileSync(join(files.home, 'static', 'page.css'), 'p { color: red }\n'.repeat(200));
    const { ask } = createNginxClient(files, host);
    const asked = { tls: false, headers: { 'Accept-Encoding': 'gzip' } };
    const file = await ask('/static/page.css', asked);
    const { 'content-type': type, 'content-encoding': encoding, 'cache-control': kept } = file.headers;
    expect([file.status, type, encoding, kept]).toEqual([200, 'text/css', 'gzip', 'public, max-age=31536000, immutable']);
    const missed = await ask('/static/other.css', asked);
    expect([missed.status, missed.headers['content-type'], missed.headers['cache-control']]).toEqual([
      404,
      'application/problem+json',
      undefined,
    ]);
    expect((await ask('/static/../nginx.conf', asked)).status).toBe(404);
  });
});
