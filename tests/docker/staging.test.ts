import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { images, withDocker } from './docker.ts';
import { createSite, generate, host, login, type Site, unhealthy } from './site.ts';

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
});
