import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { thirdPartyImages } from '../../manifests/components/third-party-images.ts';
import { nginxReferences } from '../../manifests/targets/nginx/references.ts';
import { docker, images, until, withDocker } from './docker.ts';
import { createCertificate, substituteOf } from './site.ts';

const references = join(import.meta.dirname, '../../nginx/references');
/** One of CloudFlare's networks, and one of others. */
const networks = { cloudflare: '173.245.48.0/24', other: '198.51.100.0/24' } as const;
const nameOf = (reference: string) => `leyenda-test-${reference}`;

/** Answers with its port, the path and the client address: two processes of the service behind nginx. */
const upstream = `for (const port of [8000, 8002]) require('http').createServer(({ url, headers }, response) =>
  response.end(port + ' ' + url + ' ' + headers['x-forwarded-for'])).listen(port, '127.0.0.1');`;
/** Prints the status, the headers and the body that a client in a container of its own gets. */
const client = `const [url, host, headers] = JSON.parse(process.argv[1]);
const { protocol } = new URL(url);
require(protocol.slice(0, -1)).get(url, { servername: host, rejectUnauthorized: false, headers: { host, ...headers } }, (response) => {
  let body = ''; response.on('data', (text) => (body += text));
  response.on('end', () => console.log(JSON.stringify({ status: response.statusCode, headers: response.headers, body })));
}).on('error', ({ code }) => console.log(JSON.stringify({ code })));`;
const call = async (network: string, url: string, host: string, headers: Readonly<Record<string, string>> = {}) =>
  JSON.parse(
    await docker(
      'run',
      '--rm',
      `--network=${network}`,
      '--entrypoint=node',
      images.one,
      '-e',
      client,
      JSON.stringify([url, host, headers]),
    ),
  );

withDocker('The committed file of nginx/references', () => {
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-references-'));
    for (const [name, subnet] of Object.entries(networks)) await docker('network', 'create', '--subnet', subnet, nameOf(name));
    for (const [name, { tls, serverNames }] of Object.entries(nginxReferences)) {
      const [certificate, key, page] = ['crt', 'key', 'css'].map((ending) => join(folder, `${name}.${ending}`));
      createCertificate(Array.isArray(serverNames) ? serverNames : ['localhost'], certificate ?? '', key ?? '');
      writeFileSync(page ?? '', 'p { color: red }');
      const mounts = {
        [join(references, `${name}.conf`)]: '/etc/nginx/nginx.conf',
        [page ?? '']: '/app/static/page.css',
        ...(tls && { [certificate ?? '']: tls.certificate, [key ?? '']: tls.key }),
      };
      const hosts = ['instagram_captions_api', 'graphql', 'api'].map((each) => `--add-host=${each}:127.0.0.1`);
      const volumes = Object.entries(mounts).map(([from, to]) => `--volume=${from}:${to}:ro`);
      await docker(
        'run',
        '--detach',
        `--name=${nameOf(name)}`,
        `--network=${nameOf('cloudflare')}`,
        ...hosts,
        ...volumes,
        substituteOf(thirdPartyImages.nginx),
      );
      await docker('network', 'connect', nameOf('other'), nameOf(name));
    }
    await docker(
      'run',
      '--detach',
      `--name=${nameOf('upstream')}`,
      `--network=container:${nameOf('preventia')}`,
      '--entrypoint=node',
      images.one,
      '-e',
      upstream,
    );
  });
  afterAll(async () => {
    await docker('rm', '--force', ...[...Object.keys(nginxReferences), 'upstream'].map(nameOf));
    await docker('network', 'rm', ...Object.keys(networks).map(nameOf));
  });

  test.each(Object.keys(nginxReferences))('starts nginx unchanged: %s', async (name) => {
    const answer = await until(
      'nginx',
      () => call(nameOf('other'), `http://${nameOf(name)}/nginx-health`, 'any.example'),
      ({ status }) => status === 200,
      20,
    );
    expect(answer.body).toBe('healthy\n');
  });

  test('instagram-captions serves api.yourapp.com only, and trusts the client address of CloudFlare only', async () => {
    const url = `https://${nameOf('instagram-captions')}/`;
    const from = { 'CF-Connecting-IP': '203.0.113.9' };
    // No service is behind it.
    for (const network of ['cloudflare', 'other'])
      expect(await call(nameOf(network), url, 'api.yourapp.com', from)).toMatchObject({ status: 502 });
    expect(await call(nameOf('other'), url, 'other.example')).toMatchObject({ code: expect.stringMatching(/EPROTO|SSL|ECONNRESET/) });
    const clients = (await docker('logs', nameOf('instagram-captions'))).split('\n').filter((line) => line.includes('" 502 '));
    expect(clients.map((line) => line.split(' ')[0])).toEqual(['203.0.113.9', expect.stringMatching(/^198\.51\.100\./)]);
  });

  test('preventia serves both names, the page and the API, from both processes of the API', async () => {
    const url = (path: string) => `https://${nameOf('preventia')}${path}`;
    const ports = new Set<string>();
    for (const name of ['preventia.com', 'www.preventia.com']) {
      for (const path of ['/', '/page/app.js', '/api/v1/models']) {
        const { body } = await call(nameOf('other'), url(path), name);
        expect(body).toMatch(new RegExp(`^800[02] ${path} 198\\.51\\.100\\.`));
        ports.add(body.slice(0, 4));
      }
    }
    expect([...ports].sort()).toEqual(['8000', '8002']);
    expect((await call(nameOf('other'), `http://${nameOf('preventia')}/a`, 'preventia.com')).headers.location).toBe(
      'https://preventia.com/a',
    );
  });

  test('fastapi-stack serves every name and the files below /static/, cached for a year', async () => {
    const file = await call(nameOf('other'), `http://${nameOf('fastapi-stack')}/static/page.css`, 'any.example');
    expect([file.status, file.body, file.headers['cache-control']]).toEqual([
      200,
      'p { color: red }',
      'public, max-age=31536000, immutable',
    ]);
  });
});
