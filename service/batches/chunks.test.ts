import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { timings } from '../../contract/timings.ts';
import { queueDefinitions } from '../database/job-queues.ts';
import { chunksOf, dueSeconds, maxWeight, weightOf } from './chunks.ts';

const [quick, slow] = [weightOf(5), weightOf(1500)];

describe('A batch in chunks', () => {
  test('has every item once, in order, for every size and weight', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(quick, slow), { minLength: 1, maxLength: 2000 }), (weights) => {
        const parts = chunksOf('a batch', weights);
        const items = parts.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        expect(items).toEqual(weights.map((_, index) => index));
        const weightIn = ({ from, to }: (typeof parts)[number]) => weights.slice(from, to + 1).reduce((sum, weight) => sum + weight, 0);
        expect(Math.max(...parts.map(weightIn))).toBeLessThanOrEqual(maxWeight);
      }),
      { numRuns: 100 },
    );
  });

  test('has fewer items in a chunk of slow ones', () => {
    const sizes = (weight: number) => chunksOf('a batch', Array(401).fill(weight)).map(({ from, to }) => to - from + 1);
    expect(sizes(quick)).toEqual([200, 200, 1]);
    expect(sizes(slow)[0]).toBe(25);
  });
});

test('A chunk does not expire before the slowest calls of models end', () => {
  expect(queueDefinitions.batchChunks.options.expireInSeconds).toBeGreaterThan(timings.modelWait + timings.modelRequest);
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
