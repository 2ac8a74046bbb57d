import { afterEach, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createMetrics } from '../telemetry/metrics.ts';
import { RateLimitStore } from './rate-limit-store.ts';

test('Counting in memory is bounded: the caller that was counted first makes room', async () => {
  const counters = new RateLimitStore(undefined, createMetrics());
  for (let caller = 0; caller < 50_010; caller += 1) await counters.ratelimiter(`caller-${caller}`, 0, 60_000, 5);
  expect(counters.size).toBe(50_000);
  expect(counters.has('caller-0')).toBe(false);
  expect(counters.has('caller-50009')).toBe(true);
});

test('A window tells what is left before each request and when it ends', async () => {
  const counters = new RateLimitStore(undefined, createMetrics());
  const ask = () => counters.ratelimiter('caller', 0, 60_000, 2);
  const [first, second, third] = [await ask(), await ask(), await ask()];
  expect([first[0], second[0], third[0]]).toEqual([2, 1, 0]);
  expect(first[1] * 1000).toBeGreaterThan(Date.now());
  expect(third[2]).toBe(2);
});

afterEach(() => void jest.restoreAllMocks());

test.each([-3_600_000, 3_600_000])('A clock that is set by %i ms neither ends a window nor makes it longer', async (set) => {
  const counters = new RateLimitStore(undefined, createMetrics());
  const ask = () => counters.ratelimiter('address', 0, 60_000, 1);
  await ask();
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + set);
  const [left, endsAt] = await ask();
  expect(left).toBe(0);
  expect(Math.abs(endsAt - Date.now() / 1000 - 60)).toBeLessThan(30);
});

test('In no window is more than the quota let through, and never less than could be', async () => {
  const caller = fc.constantFrom('one', 'two', 'three');
  const request = fc.record({ caller, after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })) });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(request, { maxLength: 60 }), async (quota, requests) => {
    let now = 1_000_000;
    const windowMs = 1000;
    const counters = new RateLimitStore(undefined, createMetrics(), () => now);
    const windows = new Map<string, { readonly endsAt: number; asked: number; passed: number }[]>();
    for (const { caller, after } of requests) {
      now += after;
      const mine = windows.get(caller) ?? [];
      windows.set(caller, mine);
      let window = mine.at(-1);
      if (window === undefined || window.endsAt <= now) {
        window = { endsAt: now + windowMs, asked: 0, passed: 0 };
        mine.push(window);
      }
      const [remaining] = await counters.ratelimiter(caller, 0, windowMs, quota);
      window.asked += 1;
      window.passed += remaining > 0 ? 1 : 0;
    }
    for (const { asked, passed } of [...windows.values()].flat()) expect(passed).toBe(Math.min(asked, quota));
  });
  await fc.assert(property, { numRuns: 200 });
});
