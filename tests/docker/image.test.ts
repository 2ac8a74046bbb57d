import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { docker, images, run, withDocker } from './docker.ts';
import { createSite } from './site.ts';

const program = join(import.meta.dirname, '../../scripts/leyenda.js');
const check = (image: string) =>
  run(process.execPath, [program, 'check-image', image, '--json']).then(
    (text) => JSON.parse(text),
    (error: unknown) => JSON.parse(String(Object(error).stdout)),
  );
const failedOf = ({ checks }: { checks: readonly { check: string; passed: boolean }[] }) =>
  checks.filter(({ passed }) => !passed).map(({ check }) => check);

withDocker('leyenda check-image', () => {
  test('accepts the image of the Dockerfile', async () => {
    const result = await check(images.one);
    expect([failedOf(result), result.passed]).toEqual([[], true]);
    expect(result.checks).toHaveLength(6);
  });

  test('rejects an image that runs as root, may change its code, has no labels and does not start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-bad-'));
    const lines = [
      `FROM ${images.one}`,
      'USER 0',
      'LABEL maintainer=other',
      'ENV SECRET_KEY=x',
      'HEALTHCHECK NONE',
      'ENTRYPOINT ["node","-e","process.exit(7)"]',
    ];
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    await docker('build', '--quiet', '--tag', 'localhost/leyenda-bad:1', folder);
    expect(failedOf(await check('localhost/leyenda-bad:1'))).toEqual([
      'runs without root',
      'cannot change its own code',
      'has its labels',
      'contains no secret variable',
      'checks its health',
      'starts with a read-only root',
    ]);
    await docker('image', 'rm', '--force', 'localhost/leyenda-bad:1');
  });
});

withDocker('The Dockerfile', () => {
  const site = createSite('local');
  afterAll(() => site.close());
  const build = async () => {
    await run('docker', ['build', '--no-cache', '--quiet', '--tag', 'localhost/leyenda-twice:1', '.'], { cwd: site.folder });
    return docker('image', 'inspect', '--format', '{{json .RootFS.Layers}} {{json .Config}}', 'localhost/leyenda-twice:1');
  };

  /** The time of the build is part of an image, so the digests of the images differ. */
  test('gives the same layers and configuration from the same files, without a cache', async () => {
    const first = await build();
    expect(await build()).toBe(first);
  });
});
