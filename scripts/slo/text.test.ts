import { describe, expect, test } from '@jest/globals';
import type { MeasuredObjective, SloReport } from './measure.ts';
import { sloReport, sloText } from './text.ts';

const until = '2026-11-30T17:39:00.000Z';
const objective = (changed: Partial<MeasuredObjective> = {}): MeasuredObjective => ({
  name: 'statementLatency',
  missed: 'statements take longer than 0.05 s',
  target: 0.99,
  total: 25_920_000,
  bad: 12_960_000,
  measured: 0.5,
  budgetLeft: { percent: -4900, minutes: -21_168, events: -12_700_800 },
  burnRate: 100,
  worstDay: { until, measured: 0.12345 },
  days: [{ until, total: 100_000, bad: 1001 }],
  ...changed,
});
const reportOf = (...objectives: readonly MeasuredObjective[]): SloReport => ({
  windowDays: 30,
  end: until,
  recordedDays: 30,
  objectives,
});

describe('The text of service levels', () => {
  test('fits in 80 columns, with and without events', () => {
    const none = { total: 0, bad: 0, measured: null, budgetLeft: null, burnRate: null, worstDay: null, days: [] };
    const text = sloText(reportOf(objective(), objective(none)));
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    for (const part of ['-4900.0 %', '-21,168', '-12,700,800', '100.0 ×', '12.35 %', '2026-11-30 17:39 UTC', '25,920,000', 'no events'])
      expect(text).toContain(part);
  });

  test.each([
    [0.98999, '98.99 %'],
    [0.99, '99 %'],
    [0.97777, '97.78 %'],
    [0.99999, '100 %'],
  ])('shows a share of %d at a target of 99 %% as %s, never as the target if it is missed', (measured, shown) => {
    expect(sloText(reportOf(objective({ measured })))).toMatch(new RegExp(`^statementLatency +${shown.replace('.', '\\.')} +99 %`, 'm'));
  });

  test('rounds a missed day of the report in the same way', () => {
    expect(sloReport(reportOf(objective({ days: [{ until, total: 100_000, bad: 1001 }] })), 'production')).toContain(
      '| 98.99 % | 100,000 |',
    );
  });
});
