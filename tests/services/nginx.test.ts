import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maxBodyBytes, maxModelBodyBytes } from '../../contract/body-limits.ts';
import { problems } from '../../contract/errors.ts';
import { rateLimits } from '../../contract/rate-limits.ts';
import { team } from '../../contract/team.ts';
import { product } from '../../manifests/targets/nginx/product.ts';
import { g0, startService, type TestService } from '../../service/testing/service.ts';
import { type Behaviour, startUpstream, type Upstream } from '../../service/testing/upstream.ts';
import { createNginxClient, requestsReceived } from './nginx-client.ts';
import { nginxInstalled, startNginx } from './nginx-server.ts';

const installed = nginxInstalled();
const withNginx = installed ? describe : describe.skip;
const { host } = team;
const addressOf = (url: string) => new URL(url).host;

let service: TestService;
let model: Upstream;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let client: ReturnType<typeof createNginxClient>;
/** A test opens it to let the rest of the stream through. */
const gate = Promise.withResolvers<void>();

const chunk = (content: string, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', model: 'fake', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
/** Sends one word, and the rest when the gate opens. */
const wordByWord: Behaviour = async (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(chunk('first '));
  await gate.promise;
  response.end(`${chunk('second', 'stop')}data: [DONE]\n\n`);
};

beforeAll(async () => {
  if (!installed) return;
  model = await startUpstream(wordByWord);
  const models = [
    { provider: 'offline', id: 'offline' },
    { provider: 'openai', id: 'slow', base_url: model.url, api_key: 'k', model: 'slow' },
  ];
  service = await startService({ TRUSTED_PROXIES: '1', TRUSTED_HOSTS: host, TEXT_MODELS: JSON.stringify(models) });
  const upstreams = { api: [addressOf(service.url)], graphql: [addressOf(service.graphqlUrl)] } as const;
  nginx = await startNginx(product, { upstreams });
  client = createNginxClient(nginx, host);
});
afterAll(async () => {
  await nginx?.end();
  await service?.close();
  await model?.close();
});

const json = { 'Content-Type': 'application/json', Authorization: 'Bearer user-key' };
const caption = (from: string) => client.send('/api/v4/generate', { method: 'POST', headers: json, body: JSON.stringify(g0), from });
const seen = () => requestsReceived(service.lines);

withNginx('client through nginx', () => {
  test('gets a caption over TLS and over HTTP/2', async () => {
    expect(JSON.parse((await caption('127.0.1.1')).body)).toMatchObject({ caption: expect.any(String), style: g0.style });
    const session = connectHttp2(`https://127.0.0.1:${nginx.https}`, { ca: client.ca, servername: host });
    const stream = session.request({ ':path': '/api/v4/generate', ':method': 'POST', ':authority': host, ...json });
    stream.end(JSON.stringify(g0));
    const [headers] = await once(stream, 'response');
    expect([session.alpnProtocol, headers[':status']]).toEqual(['h2', 200]);
    stream.resume();
    session.close();
  });

  test('is redirected from HTTP to HTTPS with path and query', async () => {
    const { status, headers } = await client.send('/api/v1/docs?a=b', { tls: false });
    expect([status, headers.location]).toEqual([301, `https://${host}:${nginx.https}/api/v1/docs?a=b`]);
  });

  test('reaches GraphQL on its own port', async () => {
    const body = JSON.stringify({ query: '{ models { id } }' });
    const headers = { ...json, Authorization: 'Bearer admin-key' };
    const answer = await client.send('/graphql', { method: 'POST', headers, body, from: '127.0.1.2' });
    expect(JSON.parse(answer.body)).toMatchObject({ data: { models: expect.any(Array) } });
  });

  test('gets the errors of the service unchanged', async () => {
    const { status, headers, body } = await client.send('/api/v1/models', { from: '127.0.1.3' });
    expect([status, JSON.parse(body).code, JSON.parse(body).request_id]).toEqual([401, 'unauthorized', headers['x-request-id']]);
  });

  test('receives a stream chunk by chunk', async () => {
    const body = JSON.stringify({ model: 'slow', stream: true, messages: [{ role: 'user', content: 'Two words' }] });
    const response = await client.open('/v1/chat/completions', { method: 'POST', headers: json, body, from: '127.0.1.4' });
    let text = '';
    for await (const part of response) {
      text += String(part);
      // The model waits until the client has received its first word.
      if (text.includes('first')) gate.resolve();
    }
    expect(text).toContain('second');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });
});

withNginx('TLS', () => {
  const connect = async (servername: string, version: SecureVersion, ciphers: string) => {
    const options = { host: '127.0.0.1', port: nginx.https, servername, ca: client.ca, minVersion: version, maxVersion: version, ciphers };
    const socket = connectTls(options);
    const outcome = await Promise.race([
      once(socket, 'secureConnect').then(() => socket.getProtocol()),
      once(socket, 'error').then(([error]) => error),
    ]).catch((error) => error.code);
    socket.destroy();
    return outcome;
  };

  test.each([
    ['TLSv1.3', 'DEFAULT', 'TLSv1.3'],
    ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'TLSv1.2'],
    ['TLSv1.2', 'ECDHE-ECDSA-AES256-SHA', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'],
    ['TLSv1.1', 'DEFAULT@SECLEVEL=0', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ] as const)('with %s and %s ends in %s', async (version, ciphers, outcome) => {
    expect(await connect(host, version, ciphers)).toBe(outcome);
  });

  test('rejects the handshake for another host name', async () => {
    expect(await connect('other.example', 'TLSv1.3', 'DEFAULT')).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
  });
});

withNginx('security headers', () => {
  const once = [
    'strict-transport-security',
    'x-content-type-options',
    'x-frame-options',
    'referrer-policy',
    'content-security-policy',
    'x-request-id',
  ];

  test.each(['/', '/api/v1/docs', '/api/v1/models', '/no-such-path'])('are sent exactly once for %s', async (path) => {
    const { times, headers } = await client.send(path, { from: '127.0.2.1' });
    expect(Object.fromEntries(once.map((name) => [name, times[name]]))).toEqual(Object.fromEntries(once.map((name) => [name, 1])));
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'strict-transport-security': 'max-age=31536000; includeSubDomains' });
  });

  test('of a page are those of the service, which allow its scripts', async () => {
    expect((await client.send('/api/v1/docs', { from: '127.0.2.1' })).headers['content-security-policy']).toContain("script-src 'self'");
  });
});

withNginx('body that is too large', () => {
  const post = (path: string, bytes: number) =>
    client.send(path, { method: 'POST', headers: json, body: Buffer.alloc(bytes, ' '), from: '127.0.3.1' });

  test('is rejected by nginx as a problem document with the limit in bytes', async () => {
    const { status, headers, body } = await post('/api/v1/query', maxBodyBytes + 1);
    expect([status, headers['content-type']]).toEqual([413, 'application/problem+json']);
    const { title, remedy } = problems.payload_too_large;
    const detail = `The body may have ${maxBodyBytes} bytes.`;
    const type = 'urn:problem:payload_too_large';
    expect(JSON.parse(body)).toEqual({
      type,
      title,
      status,
      detail,
      code: 'payload_too_large',
      remedy,
      request_id: headers['x-request-id'],
    });
  });

  test('has another limit for an endpoint that accepts more', async () => {
    expect((await post('/api/v4/generate', maxBodyBytes + 1)).status).toBe(400);
    expect((await post('/api/v1/batch', maxBodyBytes + 1)).status).toBe(400);
    expect(JSON.parse((await post('/api/v1/batch', 8 * maxBodyBytes + 1)).body)).toMatchObject({
      detail: `The body may have ${8 * maxBodyBytes} bytes.`,
    });
  });

  test('is rejected in the OpenAI format on the endpoints that use it', async () => {
    const { headers, body } = await post('/v1/chat/completions', maxModelBodyBytes + 1);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'payload_too_large', type: 'invalid_request_error' } });
  });
});

withNginx('too many requests of one address', () => {
  const together = (count: number, send: () => Promise<{ status: number }>) => Promise.all(Array.from({ length: count }, send));
  const login = (path: string, from: string) =>
    client.send(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}', from });

  test('to log in are rejected by nginx under every spelling of the path that it normalizes; other spellings reach no endpoint', async () => {
    const { burst, requests, seconds } = rateLimits.login.edge;
    const paths = ['/auth/login', '/api/auth/login', '//auth/login'].slice(0, burst + 1);
    for (const path of paths) expect((await login(path, '127.0.4.1')).status).not.toBe(429);
    const { status, headers, body } = await login('/auth/%6cogin', '127.0.4.1');
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([
      429,
      'application/problem+json',
      String(seconds / requests),
    ]);
    expect(JSON.parse(body)).toMatchObject({ code: 'rate_limited', request_id: headers['x-request-id'] });
    expect(headers).not.toHaveProperty('ratelimit');
    expect((await login('/auth/login', '127.0.4.2')).status).not.toBe(429);
    for (const path of ['/AUTH/LOGIN', '/auth/login/']) expect((await login(path, '127.0.4.5')).status).toBe(404);
  });

  test('to the API are rejected beyond the burst, and probes are never limited', async () => {
    const answers = await together(60, () => client.send('/', { from: '127.0.4.3' }));
    const let_through = answers.filter(({ status }) => status === 200).length;
    expect(let_through).toBeGreaterThan(rateLimits.api.edge.burst);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(60 - let_through);
    expect(let_through).toBeLessThan(60);
    for (const path of ['/health', '/ready']) {
      for (const { status } of await together(60, () => client.send(path, { from: '127.0.4.3' }))) expect(status).toBe(200);
    }
  });

  test('with one method do not limit another method of the path with a limit of its own', async () => {
    const answers = await together(60, () => client.send('/api/v1/batch', { from: '127.0.4.4' }));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect((await client.send('/api/v1/batch', { method: 'POST', headers: json, body: '{}', from: '127.0.4.4' })).status).toBe(422);
  });
});

withNginx('forwarded headers', () => {
  const spoofed = { 'X-Forwarded-For': '6.6.6.6', 'X-Real-IP': '6.6.6.6', 'CF-Connecting-IP': '6.6.6.6', Forwarded: 'for=6.6.6.6' };

  test('contain the client address of the connection, not of the request', async () => {
    await client.send('/', { headers: { ...spoofed, 'X-Forwarded-Host': 'evil.example' }, from: '127.0.5.1' });
    expect(seen().at(-1)).toMatchObject({ client_ip: '127.0.5.1' });
  });

  test('contain the request id of the client if it is valid, otherwise a generated one that is also logged', async () => {
    const sane = await client.send('/', { headers: { 'X-Request-ID': 'my-request-1' }, from: '127.0.5.1' });
    const strange = await client.send('/?secret=1', { headers: { 'X-Request-ID': '"; drop' }, from: '127.0.5.1' });
    expect(
      seen()
        .slice(-2)
        .map(({ request_id }) => request_id),
    ).toEqual(['my-request-1', strange.headers['x-request-id']]);
    expect([sane.headers['x-request-id'], strange.headers['x-request-id']]).toEqual([
      'my-request-1',
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    const line =
      nginx
        .log()
        .split('\n')
        .find((each) => each.includes(`rid=${strange.headers['x-request-id']}`)) ?? '';
    expect(line).toMatch(/^127\.0\.5\.1 - - \[.+\] "GET \/ HTTP\/1\.1" 200 \d+ ".*" rt=[\d.]+ uct="[\d.]+" uht="[\d.]+" urt="[\d.]+" rid=/);
  });
});

withNginx('client outside the cluster', () => {
  test.each([
    ['/metrics', 404, 'metrics_not_public'],
    ['//metrics', 404, 'not_found'],
    ['/%6detrics', 404, 'not_found'],
    ['/x/../metrics', 400, 'malformed_request'],
    ['/Metrics', 404, 'not_found'],
    ['/metrics/', 404, 'not_found'],
  ])('cannot read %s', async (path, expected, code) => {
    const { status, headers, body } = await client.send(path, { from: '127.0.6.1' });
    expect([status, headers['content-type'], JSON.parse(body).code]).toEqual([expected, 'application/problem+json', code]);
  });

  test('reads /metrics with the key of an administrator', async () => {
    const { status, body } = await client.send('/metrics', { from: '127.0.6.1', headers: { Authorization: 'Bearer admin-key' } });
    expect([status, body]).toEqual([200, expect.stringContaining('requests_total')]);
  });

  test('is not served under another host name', async () => {
    for (const tls of [true, false]) {
      const { status, body } = await client.send('/', { tls, headers: { Host: 'evil.example' }, from: '127.0.6.1' });
      expect([status, JSON.parse(body).code]).toEqual([421, 'misdirected_host']);
    }
  });
});

withNginx('nginx', () => {
  test('responds to its own health check under any host name', async () => {
    for (const options of [{ tls: true }, { tls: false }, { tls: false, headers: { Host: '127.0.0.1' } }]) {
      expect(await client.send('/nginx-health', options)).toMatchObject({ status: 200, body: 'healthy\n' });
    }
  });
});
