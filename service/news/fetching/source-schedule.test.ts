import { expect, test } from '@jest/globals';
import { nextFetchMs } from './source-schedule.ts';

const [minute, day] = [60_000, 86_400_000];

test.each([
  ['the interval without a failure', [60, 0, 0], 60 * minute],
  ['twice the interval after a failure', [60, 1, 0], 120 * minute],
  ['four times the interval after two failures', [60, 2, 0], 240 * minute],
  ['a day after many failures', [60, 50, 0], day],
  ['the interval if it is longer than a day', [10_080, 3, 0], 7 * day],
  ['what the host requested, if that is longer', [15, 1, 3 * day], 3 * day],
  ['the backoff, if the host requested less', [60, 1, 1000], 120 * minute],
] as const)('The next fetch is after %s', (_, [interval, failures, pause], expected) => {
  expect(nextFetchMs(interval, failures, pause)).toBe(expected);
});
