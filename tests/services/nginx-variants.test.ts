import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { team } from '../../contract/team.ts';
import { product } from '../../manifests/targets/nginx/product.ts';
import { nginxReferences } from '../../manifests/targets/nginx/references.ts';
import { startService, type TestService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { createNginxClient, requestsReceived } from './nginx-client.ts';
import { nginxInstalled, startNginx, validateConfiguration } from './nginx-server.ts';

const installed = nginxInstalled();
const withNginx = installed ? describe : describe.skip;
const { host } = team;
const nowhere = ['127.0.0.1:9'] as const;

let service: TestService;
let backend: readonly [string];
beforeAll(async () => {
  if (!installed) return;
  service = await startService({ TRUSTED_PROXIES: '1' });
  backend = [new URL(service.url).host];
});
afterAll(() => service?.close());

/** Cleanups of a test, which run in any case. */
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((end) => end()));
});
const another: typeof startNginx = async (target, changes) => {
  const made = await startNginx(target, changes);
  started.push(made.end);
  return made;
};
/** Starts an upstream and returns its address. */
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

withNginx('nginx -t', () => {
  test.each(Object.entries({ product, ...nginxReferences }))('accepts the configuration of %s', (_, target) => {
    expect(validateConfiguration(target)).toBe('');
  });
});

withNginx('nginx', () => {
  test('returns 502 as a problem document when the service is down', async () => {
    const alone = await another(product, {});
    const { status, headers, times, body } = await createNginxClient(alone, host).send('/', {});
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([502, 'application/problem+json', '5']);
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_gateway', status: 502, request_id: headers['x-request-id'] });
    expect(times).toMatchObject({ 'strict-transport-security': 1, 'x-frame-options': 1, 'x-request-id': 1 });
  });

  test('trusts only the proxy in front of it for the client address', async () => {
    const cdn = { header: 'CF-Connecting-IP', networks: ['127.0.7.1/32'] };
    const behind = await another(product, { cdn, upstreams: { api: backend, graphql: nowhere } });
    const { send } = createNginxClient(behind, host);
    for (const from of ['127.0.7.1', '127.0.7.2']) await send('/', { from, headers: { 'CF-Connecting-IP': '203.0.113.9' } });
    expect(
      requestsReceived(service.lines)
        .slice(-2)
        .map(({ client_ip }) => client_ip),
    ).toEqual(['203.0.113.9', '127.0.7.2']);
  });
});

withNginx('client over IPv6', () => {
  const limited = async (...callers: readonly string[]) => {
    const cdn = { header: 'CF-Connecting-IP', networks: ['127.0.0.1/32'] };
    const { send } = createNginxClient(await another(product, { cdn }), host);
    const answers: number[] = [];
    for (const caller of callers) answers.push((await send('/auth/login', { headers: { 'CF-Connecting-IP': caller } })).status);
    return callers.filter((_, index) => answers[index] === 429);
  };
  // The class accepts one request and a burst of two; bytes that are line ends count like others.
  test.each([
    [['2001:db8::1', '2001:db8:0:0:1:2:3:4', '2001:db8::a0a:a0a:a0a:a0a', '2001:db8::2', '2001:db8:0:1::1'], ['2001:db8::2']],
    [['a0a:a0a:a0a:a0a::1', 'a0a:a0a:a0a:a0a:1::', 'a0a:a0a:a0a:a0a:a0a::a0a', 'A0A:a0a:a0a:a0a:1:0:0:1'], ['A0A:a0a:a0a:a0a:1:0:0:1']],
    [['::ffff:192.0.2.1', '::ffff:192.0.2.2', '::ffff:192.0.2.3', '::ffff:192.0.2.4', '::1'], []],
  ])('is counted by its /64 in any notation, a mapped IPv4 client by its address: %j', async (callers, statuses) => {
    expect(await limited(...callers)).toEqual(statuses);
  });
});

withNginx('upgrade', () => {
  test('to a WebSocket works in both directions, to another protocol it is not forwarded', async () => {
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
    const upgrade = (protocol: string) =>
      request({ host: '127.0.0.1', port: through.http, path: '/graphql', headers: { Connection: 'Upgrade', Upgrade: protocol } }).end();
    const [response, socket] = await once(upgrade('websocket'), 'upgrade');
    socket.write('hello');
    expect([response.statusCode, String((await once(socket, 'data'))[0])]).toEqual([101, 'echo hello']);
    const [plain] = await once(upgrade('h2c'), 'response');
    plain.resume();
    expect([plain.statusCode, upgrades]).toEqual([200, ['websocket', undefined]]);
  });
});

withNginx('the configuration of G2', () => {
  /** The service of these tests accepts one host name. */
  const changes = { serverNames: [host], settings: { TRUSTED_PROXIES: '1' } } as const;

  test('serves the page of the API, whose files are cached for a year, each security header once', async () => {
    const site = await another(nginxReferences.preventia, { ...changes, upstreams: { api_backend: backend, graphql: nowhere } });
    const { send } = createNginxClient(site, host);
    const page = await send('/', { headers: { Accept: 'text/html' } });
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    const [path = ''] = /\/page\/[\w.-]+\.js/.exec(page.body) ?? [];
    const file = await send(path);
    expect([file.status, file.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    for (const { times } of [page, file])
      expect(times).toMatchObject({ 'x-content-type-options': 1, 'cache-control': 1, 'x-frame-options': 1, 'content-security-policy': 1 });
  });

  test('sends each request to the process of the API with fewer requests', async () => {
    const held = Promise.withResolvers<void>();
    let waiting = 0;
    const busy = await listening(
      createServer((_, response) => {
        waiting += 1;
        void held.promise.then(() => response.end('busy'));
      }),
    );
    const idle = await listening(createServer((_, response) => response.end('idle')));
    const site = await another(nginxReferences.preventia, { ...changes, upstreams: { api_backend: [busy, idle], graphql: nowhere } });
    const { send } = createNginxClient(site, host);
    const first = [send('/health'), send('/health')];
    await waitUntil(() => waiting === 1);
    const answers: string[] = [];
    for (let request = 0; request < 5; request += 1) answers.push((await send('/health')).body);
    held.resolve();
    expect([answers, (await Promise.all(first)).map(({ body }) => body).sort()]).toEqual([Array(5).fill('idle'), ['busy', 'idle']]);
  });
});

withNginx('static files', () => {
  test('are cached for a year and compressed on request; a missing one is a problem document', async () => {
    const upstreams = { fastapi_backend: backend, graphql: nowhere } as const;
    const files = await another(nginxReferences['fastapi-stack'], { upstreams });
    writeFileSync(join(files.home, 'static', 'page.css'), 'p { color: red }\n'.repeat(200));
    const { send } = createNginxClient(files, host);
    const options = { tls: false, headers: { 'Accept-Encoding': 'gzip' } };
    const file = await send('/static/page.css', options);
    const { 'content-type': type, 'content-encoding': encoding, 'cache-control': kept } = file.headers;
    expect([file.status, type, encoding, kept]).toEqual([200, 'text/css', 'gzip', 'public, max-age=31536000, immutable']);
    const missed = await send('/static/other.css', options);
    expect([missed.status, missed.headers['content-type'], missed.headers['cache-control']]).toEqual([
      404,
      'application/problem+json',
      undefined,
    ]);
    expect((await send('/static/../nginx.conf', options)).status).toBe(404);
  });
});
