import { totalmem } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { coresOf, processLimits } from './process-limits.ts';

describe('processLimits', () => {
  test.each([
    ['50000 100000\n', 0.5],
    ['200000 100000\n', 2],
    ['max 100000\n', undefined],
    ['', undefined],
  ])('reads the quota %j as %p cores', (quota, cores) => expect(coresOf(quota)).toBe(cores));

  test('returns at least a part of a core, and no more memory than the machine has', () => {
    const { cores, bytes } = processLimits();
    expect(cores).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(2 ** 20);
    expect(bytes).toBeLessThanOrEqual(totalmem());
  });
});
