import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { docker, images, run, until, withDocker } from './docker.ts';
import { createSite, generate, host, login, type Site } from './site.ts';

const stack = product.name;
/** The production reservations need four processors; a swarm places no task on a node with fewer. */
const fitting = (text: string) => (availableParallelism() >= 4 ? text : text.replaceAll(/(reservations:\s+cpus: )"[\d.]+"/g, '$1"0.01"'));

withDocker('compose.cloud.yaml on a swarm', () => {
  let site: Site;
  const deploy = (image: string) =>
    run('docker', ['stack', 'deploy', '--compose-file', 'compose.cloud.yaml', '--resolve-image', 'never', '--detach=true', stack], {
      cwd: site.folder,
      env: { ...process.env, LEYENDA_IMAGE: image, LEYENDA_HOST: host },
    });
  /** Services that have fewer running tasks than desired: `NAME RUNNING/DESIRED`. */
  const incomplete = async () => {
    const lines = (await docker('stack', 'services', '--format', '{{.Name}} {{.Replicas}}', stack)).split('\n');
    return lines.filter((line) => !/ (\d+)\/\1( |$)/.test(line) && !line.includes('1/1 completed'));
  };
  const converged = () => until('services', incomplete, ({ length }) => length === 0, 240);
  const imageOf = (service: string) =>
    docker('service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}', `${stack}_${service}`);
  const updateOf = (service: string) => docker('service', 'inspect', '--format', '{{.UpdateStatus.State}}', `${stack}_${service}`);

  beforeAll(async () => {
    site = createSite('production', fitting);
    await docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
    await docker('node', 'update', '--label-add', 'postgres=true', await docker('info', '--format', '{{.Swarm.NodeID}}'));
    await docker('volume', 'create', `${stack}_postgres_data`);
    const secrets = join(site.folder, '.secrets/production');
    for (const name of readdirSync(secrets)) await docker('secret', 'create', `${stack}_${name}`, join(secrets, name));
    await deploy(images.one);
    await converged();
  });
  afterAll(async () => {
    await docker('swarm', 'leave', '--force').catch(() => '');
    await docker('volume', 'rm', '--force', `${stack}_postgres_data`).catch(() => '');
  });

  test('runs every service, and returns a caption over TLS', async () => {
    const headers = await until(
      'login',
      () => login(site, true).catch(() => undefined),
      (found) => found !== undefined,
    );
    expect(await generate(site, headers ?? {}, true)).not.toBe('');
  });

  test('scales the API', async () => {
    await docker('service', 'scale', `${stack}_api=4`);
    expect(await docker('service', 'ls', '--filter', `name=${stack}_api`, '--format', '{{.Replicas}}')).toBe('4/4');
  });

  test('updates the API without a failed request', async () => {
    const statuses: number[] = [];
    let updating = true;
    const calls = (async () => {
      while (updating) statuses.push((await site.send('/health').catch(() => ({ status: 0 }))).status);
    })();
    await docker('service', 'update', '--quiet', '--image', images.two, '--no-resolve-image', `${stack}_api`);
    await until(
      'update',
      () => updateOf('api'),
      (state) => state === 'completed',
      240,
    );
    updating = false;
    await calls;
    expect([...new Set(statuses)]).toEqual([200]);
  });

  test('rolls an update back whose tasks end at once', async () => {
    await docker('service', 'update', '--detach', '--image', images.crash, '--no-resolve-image', `${stack}_api`);
    await until(
      'rollback',
      () => updateOf('api'),
      (state) => state === 'rollback_completed',
      240,
    );
    expect(await imageOf('api')).toBe(images.two);
    expect((await site.send('/health')).status).toBe(200);
  });

  test('is removed with docker stack rm, without its volume', async () => {
    await docker('stack', 'rm', stack);
    await until(
      'removed tasks',
      () => docker('ps', '--quiet', '--filter', `label=com.docker.stack.namespace=${stack}`),
      (left) => left === '',
    );
    expect(await docker('volume', 'ls', '--quiet', '--filter', `name=${stack}_postgres_data`)).toBe(`${stack}_postgres_data`);
  });
});
