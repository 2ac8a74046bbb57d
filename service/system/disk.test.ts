import { expect, test } from '@jest/globals';
import { createMetrics } from '../telemetry/metrics.ts';
import { testSettings } from '../testing/service.ts';
import { diskUsage, foldersOf, measureDisk } from './disk.ts';

const elsewhere = { DATABASE_URL: 'postgresql://user:password@localhost/captions', S3_BUCKET: 'exports' };

test.each([
  ['a process on its own', {}, ['data', 'exports']],
  ['a process with PostgreSQL', { DATABASE_URL: elsewhere.DATABASE_URL }, ['exports']],
  ['a process with PostgreSQL and a bucket', { ...elsewhere, S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' }, ['root']],
  ['a worker, which writes no exports', { DATABASE_URL: elsewhere.DATABASE_URL, ROLE: 'worker' }, ['root']],
])('The folders of %s are measured', (_what, environment, expected) => {
  expect(Object.keys(foldersOf(testSettings(environment)))).toEqual(expected);
});

test('A folder that does not exist yet has the space of its parent', async () => {
  const metrics = createMetrics();
  await measureDisk(metrics, { data: '/not/created/yet' }).run();
  const text = await metrics.render();
  const value = (name: string) =>
    Number(new RegExp(`^instagram_captions_disk_${name}_bytes\\{folder="data"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  expect(value('size')).toBeGreaterThan(0);
  expect(value('free')).toBeLessThanOrEqual(value('size'));
  expect(await diskUsage({ data: '/not/created/yet' })).toBeCloseTo(1 - value('free') / value('size'), 2);
});
