import { describe, expect, test } from '@jest/globals';
import { ensurePartitions, partitionedTables, partitionName } from '../database/partitions.ts';
import { createMetricsSampler, readMetricsSamples } from '../system/metrics-samples.ts';
import { createProcessMetrics } from '../system/process-metrics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { testDatabase as db } from '../testing/database.ts';
import { maintainUsage } from './maintenance.ts';

const months = (first: string, count: number) =>
  Array.from({ length: count }, (_, offset) => new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5)) - 1 + offset, 1)));

describe('Maintenance', () => {
  test('makes the partitions from the month before to three ahead, over the end of a year, once', async () => {
    const now = new Date('2030-11-30T23:59:59Z');
    expect((await ensurePartitions(db, now, 3)).sort()).toEqual(
      partitionedTables.flatMap((table) => months('2030-10', 5).map((month) => partitionName(table, month))).sort(),
    );
    expect(await ensurePartitions(db, now, 3)).toEqual([]);
  });

  test('drops what is older than the months that are kept, and nothing else', async () => {
    const { made, dropped } = await maintainUsage(db, new Date('2031-03-01T00:00:00Z'), 2);
    expect(made).toContain('usage_events_2031_06');
    expect(dropped).toEqual(expect.arrayContaining(['usage_events_2030_10', 'usage_events_2030_12', 'metric_samples_2030_12']));
    expect(dropped.filter((name) => name.endsWith('2031_01'))).toEqual([]);
    expect(await maintainUsage(db, new Date('2031-03-01T00:00:00Z'), 2)).toEqual({ made: [], dropped: [] });
  });

  test('forgets holds that are long over, and keeps those that are not', async () => {
    const hold = (last: string, held_micros: number, days: number) => ({
      id: `0b0e4f7e-6e0a-4a53-9d3e-00000000000${last}`,
      key_id: '0b0e4f7e-6e0a-4a53-9d3e-00000000000a',
      month: new Date(),
      held_micros,
      reserved_until: new Date(Date.now() - days * 86_400_000),
    });
    await db
      .insertInto('budget_reservations')
      .values([hold('1', 0, 2), hold('2', 5, 2), hold('3', 0, 0.5)])
      .execute();
    await maintainUsage(db, new Date('2031-03-01T00:00:00Z'), 2);
    const left = await db.selectFrom('budget_reservations').select('held_micros').orderBy('id').execute();
    expect(left.map(({ held_micros }) => held_micros)).toEqual(['5', '0']);
  });

  test('is not needed for samples of this month: they are stored and read back', async () => {
    await ensurePartitions(db, new Date(), 0);
    const metrics = createMetrics();
    metrics.count('requests', { method: 'GET', route: '/', status: '200' });
    metrics.count('requests', { method: 'GET', route: '/', status: '500' });
    const before = new Date();
    await createMetricsSampler(
      db,
      createProcessMetrics(metrics, async () => 0.5),
    )();
    const samples = await readMetricsSamples(db, before, new Date(Date.now() + 1));
    expect(samples).toHaveLength(1);
    expect(samples[0]).toMatchObject({
      requestsTotal: 2,
      errorsTotal: 1,
      diskUsage: 50,
      process: expect.stringMatching(new RegExp(`:${process.pid}$`)),
    });
    expect(await readMetricsSamples(db, new Date(0), before)).toEqual([]);
  });
});
