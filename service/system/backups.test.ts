import { afterEach, expect, test } from '@jest/globals';
import { createMetrics } from '../telemetry/metrics.ts';
import { testDatabase } from '../testing/database.ts';
import { measureBackups } from './backups.ts';

const gauge = /^instagram_captions_backup_last_success_timestamp_seconds (.*)$/m;

afterEach(() => testDatabase.deleteFrom('backups').execute());

test('The time of the last backup is absent without one', async () => {
  const metrics = createMetrics();
  const task = measureBackups(testDatabase, metrics);
  expect(await metrics.render()).not.toMatch(gauge);
  await task.run();
  expect(await metrics.render()).not.toMatch(gauge);
});

test('The time of the last backup is that of the newest row', async () => {
  const metrics = createMetrics();
  const row = (id: string, time: string) => ({ id, completed_at: new Date(time), bytes: 1 });
  await testDatabase
    .insertInto('backups')
    .values([row('20260102_000000', '2026-01-02T00:01:00Z'), row('20260101_000000', '2026-01-01T00:01:00Z')])
    .execute();
  await measureBackups(testDatabase, metrics).run();
  expect(gauge.exec(await metrics.render())?.[1]).toBe(String(Date.parse('2026-01-02T00:01:00Z') / 1000));
});
