import { describe, expect, test } from '@jest/globals';
import { atConstantRate } from './arrivals.ts';

/** Blocks this thread. */
const blockFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('atConstantRate', () => {
  test('calls at the due times of the rate, although an earlier call blocks the process', async () => {
    const due: number[] = [];
    const late: number[] = [];
    await atConstantRate({ perSecond: 100, seconds: 0.2, phase: 0, signal: new AbortController().signal }, (index, dueMs) => {
      due.push(dueMs);
      late.push(performance.now() - dueMs);
      if (index === 0) blockFor(60);
    });
    expect(due).toHaveLength(20);
    for (const [index, dueMs] of due.entries()) expect(dueMs - (due[0] ?? 0)).toBeCloseTo(index * 10, 6);
    // Those that were due meanwhile count their delay.
    expect(late[1]).toBeGreaterThan(45);
  });

  test('stops when the signal aborts', async () => {
    const controller = new AbortController();
    let calls = 0;
    await atConstantRate({ perSecond: 1000, seconds: 600, phase: 0, signal: controller.signal }, () => {
      calls += 1;
      if (calls === 3) controller.abort();
    });
    expect(calls).toBe(3);
  });
});
