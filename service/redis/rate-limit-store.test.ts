import { afterEach, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createMetrics } from '../telemetry/metrics.ts';
import { RateLimitStore } from './rate-limit-store.ts';

test('evicts the oldest window when the memory is full', async () => {
  const store = new RateLimitStore(undefined, createMetrics());
  for (let caller = 0; caller < 50_010; caller += 1) await store.ratelimiter(`caller-${caller}`, 0, 60_000, 5);
  expect(store.size).toBe(50_000);
  expect(store.has('caller-0')).toBe(false);
  expect(store.has('caller-50009')).toBe(true);
});

test('returns what remains before each request and the end of the window', async () => {
  const store = new RateLimitStore(undefined, createMetrics());
  const count = () => store.ratelimiter('caller', 0, 60_000, 2);
  const [first, second, third] = [await count(), await count(), await count()];
  expect([first[0], second[0], third[0]]).toEqual([2, 1, 0]);
  expect(first[1] * 1000).toBeGreaterThan(Date.now());
  expect(third[2]).toBe(2);
});

afterEach(() => void jest.restoreAllMocks());

test.each([-3_600_000, 3_600_000])('setting the system clock by %i ms does not change a window', async (set) => {
  const store = new RateLimitStore(undefined, createMetrics());
  const count = () => store.ratelimiter('address', 0, 60_000, 1);
  await count();
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + set);
  const [left, endsAt] = await count();
  expect(left).toBe(0);
  expect(Math.abs(endsAt - Date.now() / 1000 - 60)).toBeLessThan(30);
});

test('lets exactly the quota through in each window', async () => {
  const caller = fc.constantFrom('one', 'two', 'three');
  const request = fc.record({ caller, after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })) });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(request, { maxLength: 60 }), async (quota, requests) => {
    let now = 1_000_000;
    const windowMs = 1000;
    const store = new RateLimitStore(undefined, createMetrics(), () => now);
    const windows = new Map<string, { readonly endsAt: number; requests: number; passed: number }[]>();
    for (const { caller, after } of requests) {
      now += after;
      const mine = windows.get(caller) ?? [];
      windows.set(caller, mine);
      let window = mine.at(-1);
      if (window === undefined || window.endsAt <= now) {
        window = { endsAt: now + windowMs, requests: 0, passed: 0 };
        mine.push(window);
      }
      const [remaining] = await store.ratelimiter(caller, 0, windowMs, quota);
      window.requests += 1;
      window.passed += remaining > 0 ? 1 : 0;
    }
    for (const { requests: count, passed } of [...windows.values()].flat()) expect(passed).toBe(Math.min(count, quota));
  });
  await fc.assert(property, { numRuns: 200 });
});
