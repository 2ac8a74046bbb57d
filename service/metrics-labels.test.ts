import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, METHODS, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createApp } from './app.ts';
import type { ListenerKind } from './endpoints-on.ts';
import { startService } from './testing/service.ts';

interface Call {
  readonly to: 'http' | 'graphql';
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

const word = () => randomBytes(9).toString('base64url');
const authorized = (key: string) => ({ Authorization: `Bearer ${key}` });
// CONNECT is no request to an HTTP server.
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** Calls with random values everywhere a client may put one. */
const kinds: readonly ((index: number) => Call)[] = [
  () => ({ to: 'http', method: 'GET', path: `/${word()}/${word()}?${word()}=${word()}` }),
  () => ({ to: 'http', method: 'GET', path: `/users/${randomUUID()}`, headers: authorized(word()) }),
  () => ({ to: 'http', method: 'GET', path: `/api/v1/batch/${randomUUID()}`, headers: authorized('admin-key') }),
  () => ({ to: 'http', method: 'POST', path: '/api/v4/generate', headers: authorized(word()), body: { content_description: word() } }),
  () => ({
    to: 'http',
    method: 'POST',
    path: '/api/v4/generate',
    headers: authorized('user-key'),
    body: { content_description: word(), client_id: word() },
  }),
  () => ({ to: 'http', method: 'POST', path: '/api/v4/generate', headers: authorized('user-key'), body: { [word()]: word() } }),
  () => ({
    to: 'http',
    method: 'POST',
    path: '/v1/chat/completions',
    headers: authorized('user-key'),
    body: { model: word(), messages: [{ role: 'user', content: word() }] },
  }),
  () => ({ to: 'http', method: 'GET', path: '/', headers: { Host: `${word()}.example.com` } }),
  () => ({
    to: 'http',
    method: 'GET',
    path: '/',
    headers: { 'X-Request-ID': word(), 'User-Agent': word(), 'X-Forwarded-For': '203.0.113.9', Cookie: `${word()}=${word()}` },
  }),
  () => ({
    to: 'graphql',
    method: 'POST',
    path: '/graphql',
    headers: authorized('user-key'),
    body: { query: `query ${`q${word()}`.replaceAll('-', '')} { ${`f${word()}`.replaceAll('-', '')} }` },
  }),
  ...methods.map((method) => () => ({ to: 'http', method, path: `/${word()}` }) as const),
];

test('10,000 requests with random paths, methods, models, keys and hosts add no series to those of the first of each kind', async () => {
  const plenty = { RATE_LIMIT_IP_REQUESTS: '1000000', RATE_LIMIT_IP_ALL_REQUESTS: '1000000', RATE_LIMIT_REQUESTS: '1000000' };
  const service = await startService({ ...plenty, TRUSTED_HOSTS: 'localhost', LOG_LEVEL: 'fatal' });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const listen = async (kind: ListenerKind) => {
    const server = createServer(createApp(service.dependencies, kind).callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
    return { server, port };
  };
  const listeners = { http: await listen('http'), graphql: await listen('graphql') };
  async function send({ to, method, path, headers, body }: Call): Promise<void> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request({
      ...{ agent, host: '127.0.0.1', port: listeners[to].port, method, path },
      headers: {
        Host: 'localhost',
        ...(text && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
        ...headers,
      },
    }).end(text);
    const [response] = await once(outgoing, 'response');
    response.resume();
    await once(response, 'end');
  }
  const series = async () =>
    (await service.dependencies.metrics.render())
      .split('\n')
      .flatMap((line) => (/^instagram_captions_/.test(line) ? [line.replace(/ [^ ]+$/, '')] : []))
      .sort();

  const calls = Array.from({ length: 10_000 }, (_, index) => kinds[index % kinds.length]?.(index));
  const run = async (some: typeof calls) => {
    const left = some.values();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const call of left) if (call) await send(call);
      }),
    );
  };
  await run(calls.slice(0, kinds.length));
  const before = await series();
  await run(calls.slice(kinds.length));
  expect(await series()).toEqual(before);
  expect(before.length).toBeLessThan(2500);
  agent.destroy();
  for (const { server } of Object.values(listeners)) await server[Symbol.asyncDispose]();
  await service.close();
});
