import { describe, expect, test } from '@jest/globals';
import { InvalidResponse, isPermissionError, retryDelayMs } from './retry.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const response = (status: number, headers: Readonly<Record<string, string>> = {}, message = 'no') =>
  Object.assign(new Error(message), { status, response: { headers } });
const reset = (seconds: number) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + seconds) });

describe('retryDelayMs', () => {
  test.each<[string, unknown, number]>([
    ['retry-after of a 403', response(403, { 'retry-after': '7' }), 7000],
    ['retry-after of a 429', response(429, { 'retry-after': '3' }), 3000],
    ['the reset of the rate limit', response(403, reset(30)), 30_000],
    ['the reset relative to the date of the response', response(429, { ...reset(30), date: 'Sun, 01 Mar 2026 12:00:20 GMT' }), 10_000],
    ['the minimum for a reset in the past', response(403, reset(-5)), 250],
    ['a minute for a secondary rate limit without a time', response(403, {}, 'You have exceeded a secondary rate limit'), 60_000],
    ['the first backoff for a 502', response(502), 250],
    ['retry-after of a 503', response(503, { 'retry-after': '2' }), 2000],
    ['the first backoff without a response', Object.assign(new Error('read ECONNRESET'), { status: 500 }), 250],
    ['the first backoff for an invalid response', new InvalidResponse('?'), 250],
  ])('returns %s', (_when, error, ms) => expect(retryDelayMs(error, 1, now)).toBe(ms));

  test('doubles with each attempt, up to eight seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 40].map((attempt) => retryDelayMs(response(500), attempt, now))).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });
});

describe('An error that is not retried', () => {
  test.each<[string, unknown, boolean]>([
    ['an unknown token', response(401), true],
    ['a missing permission', response(403, { 'x-ratelimit-remaining': '4999' }, 'Resource not accessible by integration'), true],
    ['a hidden repository', response(404), true],
    ['a rejected body', response(422), false],
    ['an error of the tool', new TypeError('x is undefined'), false],
  ])('is %s', (_why, error, isPermission) => {
    expect(retryDelayMs(error, 1, now)).toBeUndefined();
    expect(isPermissionError(error)).toBe(isPermission);
  });

  test('is no permission error for a rate limit', () => expect(isPermissionError(response(403, { 'retry-after': '1' }))).toBe(false));
});
