import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { labelStep, ticksOf } from './scale.ts';

describe('ticksOf', () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [100, [0, 50, 100]],
    [1234, [0, 500, 1000, 1500]],
  ])('has round ticks from 0 to at least %d', (max, ticks) => expect(ticksOf(max)).toEqual(ticks));

  test('has no step below the smallest that labels show', () => expect(ticksOf(7, 100)).toEqual([0, 100]));

  test('covers every maximum with few ticks of equal distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (max) => {
        const ticks = ticksOf(max);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
        expect(ticks.at(-2)).toBeLessThanOrEqual(max);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

test('labelStep leaves each label the width that it needs', () => {
  expect(labelStep(10, 1000, 60)).toBe(1);
  expect(labelStep(90, 600, 60)).toBe(9);
  expect(labelStep(5, 0, 60)).toBe(300);
});
