import { afterEach, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createMetrics } from '../telemetry/metrics.ts';
import { RateLimitStore } from './rate-limit-store.ts';

/** Counts in one window: [remaining before the request, milliseconds until the end]. */
async function count(store: RateLimitStore, key: string, milliseconds: number, requests: number) {
  const [counted] = await store.count([{ key, requests, milliseconds }]);
  if (counted === undefined) throw new Error('not counted');
  return { remaining: Math.max(0, requests - counted.count + 1), leftMs: counted.leftMs };
}

test('evicts the oldest window when the memory is full', async () => {
  const store = new RateLimitStore(undefined, createMetrics());
  for (let caller = 0; caller < 50_010; caller += 1) await count(store, `caller-${caller}`, 60_000, 5);
  expect(store.size).toBe(50_000);
  expect(store.has('caller-0')).toBe(false);
  expect(store.has('caller-50009')).toBe(true);
});

test('returns what remains before each request and the end of the window', async () => {
  const store = new RateLimitStore(undefined, createMetrics());
  const send = () => count(store, 'caller', 60_000, 2);
  const [first, second, third] = [await send(), await send(), await send()];
  expect([first.remaining, second.remaining, third.remaining]).toEqual([2, 1, 0]);
  expect(third.leftMs).toBeGreaterThan(0);
  expect(third.leftMs).toBeLessThanOrEqual(60_000);
});

test('counts in no window after the first one whose quota is used up', async () => {
  const store = new RateLimitStore(undefined, createMetrics());
  const windows = [
    { key: 'narrow', requests: 1, milliseconds: 60_000 },
    { key: 'wide', requests: 5, milliseconds: 60_000 },
  ];
  const counts = async () => (await store.count(windows)).map((window) => window.count);
  expect([await counts(), await counts()]).toEqual([[1, 1], [2]]);
});

afterEach(() => void jest.restoreAllMocks());

test.each([-3_600_000, 3_600_000])('setting the system clock by %i ms does not change a window', async (set) => {
  const store = new RateLimitStore(undefined, createMetrics());
  const send = () => count(store, 'address', 60_000, 1);
  await send();
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + set);
  const { remaining, leftMs } = await send();
  expect(remaining).toBe(0);
  expect(Math.abs(leftMs / 1000 - 60)).toBeLessThan(30);
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
      const { remaining } = await count(store, caller, windowMs, quota);
      window.requests += 1;
      window.passed += remaining > 0 ? 1 : 0;
    }
    for (const { requests: count, passed } of [...windows.values()].flat()) expect(passed).toBe(Math.min(count, quota));
  });
  await fc.assert(property, { numRuns: 200 });
});
