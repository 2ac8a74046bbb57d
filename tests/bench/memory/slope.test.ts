import { describe, expect, test } from '@jest/globals';
import { slopeOf } from './slope.ts';

describe('the slope', () => {
  test('of points on a line is that of the line, without error', () => {
    const { slope, error } = slopeOf([0, 10, 20, 30].map((x) => [x, 5 + 2 * x] as const));
    expect(slope).toBeCloseTo(2);
    expect(error).toBeCloseTo(0);
  });

  test('of points around a constant is smaller than three times its error', () => {
    const { slope, error } = slopeOf([60, 62, 59, 61, 62, 60, 61, 59].map((y, x) => [x, y] as const));
    expect(Math.abs(slope)).toBeLessThan(3 * error);
  });
});
