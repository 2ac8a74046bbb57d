import { describe, expect, test } from '@jest/globals';
import { bucketStarts, groupsOf, rangeStart, totalsOf, type UsageRow, valuesOf } from './series.ts';

const row = (bucket: string, group: string | null, requests: number): UsageRow => ({
  bucket,
  group,
  requests,
  cached: 1,
  prompt_tokens: 10 * requests,
  completion_tokens: 20 * requests,
  cost_micros: 5,
});
const now = Date.parse('2026-11-23T16:41:13.629Z');

describe('rangeStart', () => {
  test.each([
    ['day', 'hour', '2026-11-22T17:00:00.000Z', 24],
    ['week', 'day', '2026-11-17T00:00:00.000Z', 7],
    ['week', 'hour', '2026-11-16T17:00:00.000Z', 168],
    ['month', 'day', '2026-10-25T00:00:00.000Z', 30],
    ['quarter', 'day', '2026-08-26T00:00:00.000Z', 90],
    ['quarter', 'month', '2026-09-01T00:00:00.000Z', 3],
  ] as const)('of a %s by %s is %s: %d buckets with the current one', (range, bucket, start, buckets) => {
    expect(rangeStart(range, bucket, now)).toBe(start);
    expect(bucketStarts(start, new Date(now).toISOString(), bucket)).toHaveLength(buckets);
  });
});

test('bucketStarts follows the calendar for months', () => {
  expect(bucketStarts('2026-11-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z', 'month')).toEqual([
    '2026-11-01T00:00:00.000Z',
    '2026-12-01T00:00:00.000Z',
    '2027-01-01T00:00:00.000Z',
  ]);
});

describe('totals and groups', () => {
  const rows = [row('2026-11-22T00:00:00.000Z', 'a', 3), row('2026-11-23T00:00:00.000Z', 'b', 4), row('2026-11-23T00:00:00.000Z', 'a', 2)];

  test('sum all rows', () => {
    expect(totalsOf(rows)).toEqual({ requests: 9, cached: 3, prompt_tokens: 90, completion_tokens: 180, cost_micros: 15 });
    expect(totalsOf([])).toEqual({ requests: 0, cached: 0, prompt_tokens: 0, completion_tokens: 0, cost_micros: 0 });
  });

  test('have a value for each bucket, 0 without usage', () => {
    const starts = bucketStarts('2026-11-21T00:00:00.000Z', '2026-11-24T00:00:00.000Z', 'day');
    expect(valuesOf(rows, starts, 'requests')).toEqual([0, 3, 6]);
    expect(valuesOf(rows, starts, 'tokens')).toEqual([0, 90, 180]);
    expect(valuesOf(rows, starts, 'cost')).toEqual([0, 5, 10]);
  });

  test('have the largest group first, and the sixth and later groups in one', () => {
    expect(groupsOf(rows).map(({ group }) => group)).toEqual(['a', 'b']);
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', null].map((group, index) => row('2026-11-22T00:00:00.000Z', group, index + 1));
    const groups = groupsOf(many);
    expect(groups.map(({ group }) => group)).toEqual([null, 'g', 'f', 'e', 'd', undefined]);
    expect(totalsOf(groups.flatMap((each) => each.rows))).toEqual(totalsOf(many));
  });
});
