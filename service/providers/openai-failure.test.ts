import { describe, expect, test } from '@jest/globals';
import { retryAfterOf } from './openai-failure.ts';

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
  ])('%j is %j seconds', (value, seconds) => expect(retryAfterOf(value, now)).toBe(seconds));
});
