import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { docker, inspect, until, withDocker } from './docker.ts';
import { createSite, generate, login, type Site, unhealthy } from './site.ts';

/** Writes 35 MiB to the standard output of the container's first process. */
const fillLog = `const fs = require('fs'); const output = fs.openSync('/proc/1/fd/1', 'w');
for (let kibibytes = 0; kibibytes < 35 * 1024; kibibytes += 1) fs.writeSync(output, 'x'.repeat(1023) + '\\n');`;
/** Kills the process that the init process started. */
const killMain = `const fs = require('fs');
const main = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && name !== '1' && Number(name) !== process.pid)
  .find((name) => fs.readFileSync('/proc/' + name + '/cmdline', 'utf8').includes('/app/main.js'));
process.kill(Number(main), 'SIGKILL');`;
/** Prints the exported file of a test. */
const read = "console.log(require('fs').readFileSync('/app/exports/shared.csv', 'utf8'))";

withDocker('compose.yaml', () => {
  let site: Site;
  let headers: Readonly<Record<string, string>>;
  const firstOf = async (service: string) => (await site.containers(service))[0] ?? '';
  beforeAll(async () => {
    site = createSite('local');
    await site.compose('build', '--quiet');
    await site.compose('up', '--detach', '--wait');
    headers = await login(site, false);
  });
  afterAll(() => site.close());

  test('builds the image and starts every service healthy, after a migration that succeeds', async () => {
    expect(await unhealthy(site)).toEqual([]);
    const services = (await site.compose('ps', '--all', '--services')).split('\n').sort();
    expect(services).toEqual(['migrate', 'postgres', 'proxy', 'redis', ...workloadRoles].sort());
  });

  test('starts a role only after PostgreSQL is healthy and the migration has ended', async () => {
    const [api, migrate] = [
      await inspect(await firstOf('api')),
      (await site.compose('ps', '--all', '--format', '{{.Name}}', 'migrate')).trim(),
    ];
    const ended = await docker('inspect', '--format', '{{.State.FinishedAt}}', migrate);
    expect(Date.parse(api.State.StartedAt)).toBeGreaterThanOrEqual(Date.parse(ended));
  });

  test('returns a caption, health and GraphQL through the proxy', async () => {
    expect(await generate(site, headers, false)).not.toBe('');
    expect(JSON.parse((await site.send('/health', { tls: false })).body)).toMatchObject({ status: 'healthy' });
    const graphql = await site.send('/graphql', { method: 'POST', headers, body: '{"query":"{ models { id } }"}', tls: false });
    expect(JSON.parse(graphql.body)).toMatchObject({ data: { models: expect.arrayContaining([{ id: expect.any(String) }]) } });
  });

  test('scales the workers to three without touching other containers', async () => {
    const before = await inspect(await firstOf('api'));
    await site.compose('up', '--detach', '--wait', '--no-recreate', '--no-build', '--scale', 'worker=3');
    expect(await site.containers('worker')).toHaveLength(3);
    expect(await unhealthy(site)).toEqual([]);
    expect((await inspect(await firstOf('api'))).State.StartedAt).toBe(before.State.StartedAt);
  });

  test.each(['postgres', 'redis', 'api', 'worker', 'scraper', 'analytics', 'proxy'])(
    'hardens the container of %s, and rotates its log',
    async (service) => {
      const container = await firstOf(service);
      const { HostConfig } = await inspect(container);
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      });
      const status = await docker('exec', container, 'cat', '/proc/self/status');
      expect(status).toMatch(/^NoNewPrivs:\s1$/m);
      expect(status).toMatch(/^CapEff:\s0{16}$/m);
      await expect(docker('exec', container, 'sh', '-c', 'echo x > /x')).rejects.toThrow('Read-only file system');
    },
  );

  test('keeps at most three log files of 10 MB when a container prints 35 MB', async () => {
    const container = await firstOf('api');
    const { LogPath } = await inspect(container);
    await docker('exec', container, 'node', '-e', fillLog);
    if (!existsSync(LogPath)) return console.error('the log files of the daemon are not readable here');
    const files = await until(
      'rotated logs',
      async () => readdirSync(dirname(LogPath)).filter((name) => name.startsWith(basename(LogPath))),
      ({ length }) => length >= 3,
    );
    expect(files).toHaveLength(3);
  });

  test('restarts a role whose process was killed, until it is healthy again', async () => {
    const container = await firstOf('worker');
    await docker('exec', container, 'node', '-e', killMain);
    const after = await until(
      'restarted worker',
      () => inspect(container),
      ({ RestartCount, State }) => RestartCount === 1 && State.Health?.Status === 'healthy',
    );
    expect(after.State.Status).toBe('running');
  });

  test('connects the proxy to no store, and the stores to nothing outside', async () => {
    const proxy = await firstOf('proxy');
    await expect(docker('exec', proxy, 'wget', '-T', '3', '-O', '-', 'http://redis:6379')).rejects.toThrow(/bad address|unable to resolve/);
    const networks = await docker(
      'inspect',
      '--format',
      '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}',
      await firstOf('postgres'),
    );
    expect(networks.trim()).toBe(`${product.name}-local_backend`);
    expect(await docker('network', 'inspect', '--format', '{{.Internal}} {{(index .IPAM.Config 0).Subnet}}', networks.trim())).toBe(
      'true 172.28.0.0/16',
    );
    expect(await docker('inspect', '--format', '{{json .NetworkSettings.Ports}}', await firstOf('postgres'))).not.toContain('HostPort');
  });

  test('gives the scraper a way out, and analytics none', async () => {
    const networksOf = async (service: string) => {
      const names = await docker(
        'inspect',
        '--format',
        '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}',
        await firstOf(service),
      );
      return Promise.all(
        names
          .trim()
          .split(' ')
          .map((name) => docker('network', 'inspect', '--format', '{{.Internal}}', name)),
      );
    };
    expect(new Set((await networksOf('analytics')).map((text) => text.trim()))).toEqual(new Set(['true']));
    expect((await networksOf('scraper')).map((text) => text.trim())).toContain('false');
    // A connected UDP socket sends nothing: it fails if there is no route.
    const program = `const socket = require('dgram').createSocket('udp4');
      socket.connect(443, '203.0.113.10', (error) => { console.log(error ? error.code : 'route'); socket.close(); });`;
    expect((await docker('exec', await firstOf('analytics'), 'node', '-e', program)).trim()).toBe('ENETUNREACH');
    expect((await docker('exec', await firstOf('scraper'), 'node', '-e', program)).trim()).toBe('route');
  });

  test('shares exported files between analytics and the API, and with no other role', async () => {
    const write = "require('fs').writeFileSync('/app/exports/shared.csv', 'title')";
    await docker('exec', await firstOf('analytics'), 'node', '-e', write);
    for (const api of await site.containers('api')) expect((await docker('exec', api, 'node', '-e', read)).trim()).toBe('title');
    await expect(docker('exec', await firstOf('scraper'), 'node', '-e', read)).rejects.toThrow('ENOENT');
  });

  test('keeps users and exported files in the volumes over down and up', async () => {
    const body = JSON.stringify({ username: 'kept', email: 'kept@example.com', password: 'a long enough password 7' });
    const created = await site.send('/users', { method: 'POST', headers, body, tls: false });
    expect(created.status).toBe(201);
    await site.compose('down', '--timeout', '5');
    await site.compose('up', '--detach', '--wait', '--no-build');
    const found = await site.send(`/users/${JSON.parse(created.body).id}`, { headers: await login(site, false), tls: false });
    expect(JSON.parse(found.body)).toMatchObject({ username: 'kept' });
    expect((await docker('exec', await firstOf('api'), 'node', '-e', read)).trim()).toBe('title');
  });
});
