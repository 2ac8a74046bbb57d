import { describe, expect, test } from '@jest/globals';
import { InvalidResponse, isPermissionError, retryDelayMs } from './retry.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const answer = (status: number, headers: Readonly<Record<string, string>> = {}, message = 'no') =>
  Object.assign(new Error(message), { status, response: { headers } });
const reset = (seconds: number) => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + seconds) });

describe('a call that failed is tried again', () => {
  test.each<[string, unknown, number]>([
    ['after what retry-after asks for', answer(403, { 'retry-after': '7' }), 7000],
    ['after retry-after of a 429 too', answer(429, { 'retry-after': '3' }), 3000],
    ['when the limit is reset', answer(403, reset(30)), 30_000],
    ['when the limit is reset by the clock of the answer', answer(429, { ...reset(30), date: 'Sun, 01 Mar 2026 12:00:20 GMT' }), 10_000],
    ['never at once, however late the answer', answer(403, reset(-5)), 250],
    ['after a minute where a secondary limit names no time', answer(403, {}, 'You have exceeded a secondary rate limit'), 60_000],
    ['soon after a 502', answer(502), 250],
    ['as late as a 503 asks for', answer(503, { 'retry-after': '2' }), 2000],
    ['soon where nothing answered', Object.assign(new Error('read ECONNRESET'), { status: 500 }), 250],
    ['soon where the answer was garbage', new InvalidResponse('?'), 250],
  ])('%s', (_when, error, ms) => expect(retryDelayMs(error, 1, now)).toBe(ms));

  test('later each time, up to eight seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 40].map((attempt) => retryDelayMs(answer(500), attempt, now))).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });
});

describe('a call is not tried again', () => {
  test.each<[string, unknown, boolean]>([
    ['the token is not known', answer(401), true],
    ['it lacks a right', answer(403, { 'x-ratelimit-remaining': '4999' }, 'Resource not accessible by integration'), true],
    ['the repository is hidden', answer(404), true],
    ['the body is refused', answer(422), false],
    ['the tool itself is wrong', new TypeError('x is undefined'), false],
  ])('where %s', (_why, error, right) => {
    expect(retryDelayMs(error, 1, now)).toBeUndefined();
    expect(isPermissionError(error)).toBe(right);
  });

  test('a limit is no lacking right', () => expect(isPermissionError(answer(403, { 'retry-after': '1' }))).toBe(false));
});
