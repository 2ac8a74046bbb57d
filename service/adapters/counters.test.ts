import { expect, test } from '@jest/globals';
import { createMetrics } from '../telemetry/metrics.ts';
import { Counters } from './counters.ts';

test('Counting in memory is bounded: the caller that was counted first makes room', async () => {
  const counters = new Counters(undefined, createMetrics());
  for (let caller = 0; caller < 50_010; caller += 1) await counters.ratelimiter(`caller-${caller}`, 0, 60_000, 5);
  expect(counters.size).toBe(50_000);
  expect(counters.has('caller-0')).toBe(false);
  expect(counters.has('caller-50009')).toBe(true);
});

test('A window tells what is left before each request and when it ends', async () => {
  const counters = new Counters(undefined, createMetrics());
  const ask = () => counters.ratelimiter('caller', 0, 60_000, 2);
  const [first, second, third] = [await ask(), await ask(), await ask()];
  expect([first[0], second[0], third[0]]).toEqual([2, 1, 0]);
  expect(first[1] * 1000).toBeGreaterThan(Date.now());
  expect(third[2]).toBe(2);
});
