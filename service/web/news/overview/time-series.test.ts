import { describe, expect, test } from '@jest/globals';
import { intervalFor, startsOf } from './time-series.ts';

describe('The bars of a period', () => {
  test('are days, and weeks if there would be too many', () => {
    expect(intervalFor('2026-11-01', '2026-11-30')).toBe('day');
    expect(intervalFor('2026-09-01', '2026-11-30')).toBe('day');
    expect(intervalFor('2025-12-01', '2026-11-30')).toBe('week');
  });

  test('are all days, across months', () => {
    expect(startsOf({ from: '2026-02-27', to: '2026-03-02', interval: 'day' })).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
  });

  test('are the Mondays of weeks, after a first week that starts with the period', () => {
    expect(startsOf({ from: '2026-11-12', to: '2026-11-30', interval: 'week' })).toEqual([
      '2026-11-12',
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
    ]);
    expect(startsOf({ from: '2026-11-29', to: '2026-11-29', interval: 'week' })).toEqual(['2026-11-29']);
  });

  test('are none if the period is empty', () => {
    expect(startsOf({ from: '2026-11-30', to: '2026-11-29', interval: 'day' })).toEqual([]);
  });
});
