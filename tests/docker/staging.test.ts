import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { completenessItems } from '../../scripts/readiness/completeness.ts';
import { leyenda, statesOf } from '../services/leyenda.ts';
import { docker, images, withDocker } from './docker.ts';
import { createSite, generate, host, login, type Site, unhealthy } from './site.ts';

const { DOCKER_HOST, DOCKER_CONFIG } = process.env;
const programs = { DOCKER_HOST, DOCKER_CONFIG };

withDocker('compose.staging.yaml', () => {
  let site: Site;
  beforeAll(() => {
    site = createSite('staging');
  });
  afterAll(() => site.close());

  test('does not start without a host name', async () => {
    writeFileSync(join(site.folder, '.env.staging'), '');
    await expect(site.compose('config', '--quiet')).rejects.toThrow(/LEYENDA_HOST.*set it in the environment file/);
  });

  test('becomes healthy and returns a caption for the host name of the environment file, and 421 for others', async () => {
    site.pin(images.one);
    await site.compose('up', '--detach', '--wait', '--pull', 'missing');
    expect(await unhealthy(site)).toEqual([]);
    expect(await generate(site, await login(site, false), false)).not.toBe('');
    expect((await site.send('/', { tls: false, name: 'api.other.example' })).status).toBe(421);
  });

  test('allows the origins of the environment file in browsers, and no others', async () => {
    const allowed = async (Origin: string) =>
      (await site.send('/health', { tls: false, name: host, headers: { Origin } })).headers['access-control-allow-origin'];
    expect([await allowed('https://example.com'), await allowed('https://other.example')]).toEqual(['https://example.com', undefined]);
  });

  describe('before its deploy', () => {
    const checked = async () => statesOf((await leyenda(['compose', 'check', 'staging'], programs, site.folder)).items);
    const failed = async () => Object.entries(await checked()).flatMap(([item, state]) => (state === 'failed' ? [item] : []));
    /** A release that differs from the good one in these lines of its Dockerfile. */
    async function pinVariant(name: string, ...lines: readonly string[]): Promise<void> {
      const folder = join(site.folder, 'variant');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'Dockerfile'), [`FROM ${images.one}`, ...lines, ''].join('\n'));
      const tag = `${images.one.split('@')[0]}:${name}`;
      await docker('build', '--quiet', '--tag', tag, folder);
      await docker('push', '--quiet', tag);
      site.pin(await docker('inspect', '--format', '{{index .RepoDigests 0}}', tag));
    }

    test('passes the seven checks of leyenda compose check', async () => {
      site.pin(images.one);
      expect(await checked()).toEqual(Object.fromEntries(Object.keys(completenessItems).map((item) => [item, 'ok'])));
    });

    test.each([
      ['user', 'USER 0'],
      ['healthcheck', 'HEALTHCHECK --interval=1s --retries=1 CMD ["node", "-e", "process.exit(1)"]'],
      ['log', `ENTRYPOINT ["sh", "-c", "node /app/main.js | sed -u 's/^{/INFO: {/'"]`],
      ['validation', 'ENV ENABLE_METRICS=false'],
    ])('fails %s alone for an image with %s', async (item, line) => {
      await pinVariant(item, line);
      expect(await failed()).toEqual([item]);
    });

    test('fails the image alone if the host does not have it', async () => {
      site.pin(`${images.one.split('@')[0]}@sha256:${'0'.repeat(64)}`);
      expect(await failed()).toEqual(['image']);
    });

    test('fails the workflows or the dry run alone if their files are damaged', async () => {
      site.pin(images.one);
      for (const [item, file] of [
        ['workflows', '.github/workflows/ci.yml'],
        ['plan', 'compose.staging.yaml'],
      ] as const) {
        const path = join(site.folder, file);
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, `${text}unknown: [\n`);
        expect(await failed()).toEqual([item]);
        writeFileSync(path, text);
      }
    });
  });
});
