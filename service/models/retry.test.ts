import { describe, expect, test } from '@jest/globals';
import { backoffMs, retryAfterSeconds } from '../../contract/retry.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  test.each([
    ['5', 5],
    ['0', 0],
    ['1.5', 1.5],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j seconds', (value, seconds) => expect(retryAfterSeconds(value, now)).toBe(seconds));
});

describe('The backoff', () => {
  test('doubles with each failure in a row, up to the longest', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs({ firstMs: 100, longestMs: 500 }, failures))).toEqual([100, 200, 400, 500]);
  });
});
