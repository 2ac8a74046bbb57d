import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunkSize, chunksOf, dueSeconds } from './chunks.ts';

describe('A batch in chunks', () => {
  test('has every item once, in order, for every size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (total) => {
        const chunks = chunksOf('a batch', total);
        const items = chunks.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        expect(items).toEqual(Array.from({ length: total }, (_, index) => index));
        expect(Math.max(...chunks.map(({ from, to }) => to - from + 1))).toBeLessThanOrEqual(chunkSize);
      }),
      { numRuns: 30 },
    );
  });
});

describe('The time when an item is due', () => {
  const now = Date.UTC(2026, 10, 23);

  test('is before the rest of a huge batch of another caller, and before items that arrive once that rest is due', () => {
    expect(dueSeconds(now + 1000, 0, 0)).toBeLessThan(dueSeconds(now, 0, 9_000));
    expect(dueSeconds(now, 0, 9_000)).toBeLessThan(dueSeconds(now + 120_000, 0, 0));
  });

  test('is later for a caller with more unfinished items', () => {
    expect(dueSeconds(now, 10_000, 0)).toBeGreaterThan(dueSeconds(now, 0, 0));
  });

  test('fits 32 bits for decades', () => {
    expect(dueSeconds(Date.UTC(2080, 0, 1), 10_000_000, 10_000)).toBeLessThan(2 ** 31);
  });
});
