import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AttemptCounts, type AttemptOutcome, type AttemptRule, reserveAttempt, settleAttempt } from './attempts.ts';

const second = 1000;
const rule: AttemptRule = { free: 5, windowMs: 900 * second, firstMs: 2 * second, longestMs: 60 * second };

/** Fails once at `now`; how long the next try has to wait, or undefined if this one had to. */
function fail(counts: AttemptCounts, now: number, rules = { rule }): { counts: AttemptCounts; failures: number } | undefined {
  const { next, reservation } = reserveAttempt(counts, rules, 'id', now);
  if (reservation.state !== 'reserved' || next === undefined) return undefined;
  const settled = settleAttempt(next, rules, { id: 'id', outcome: 'wrong' }, now);
  return { counts: settled.next, failures: settled.failures.rule ?? 0 };
}
function waitOf(counts: AttemptCounts, now: number, rules = { rule }): number {
  const { reservation } = reserveAttempt(counts, rules, 'next', now);
  return reservation.state === 'blocked' ? reservation.waitMs : 0;
}

describe('Wrong passwords', () => {
  test('cost nothing up to the free ones, then each wait is four times the one before, up to the longest', () => {
    let counts: AttemptCounts = {};
    let now = 0;
    const waits: number[] = [];
    for (let index = 0; index < 9; index += 1) {
      counts = fail(counts, now)?.counts ?? {};
      const wait = waitOf(counts, now);
      waits.push(wait / second);
      now += wait;
    }
    expect(waits).toEqual([0, 0, 0, 0, 2, 8, 32, 60, 60]);
  });

  test('are reset at the end of their window, regardless of the wait', () => {
    let { counts = {} } = fail({}, 0) ?? {};
    for (let index = 0; index < 4; index += 1) counts = fail(counts, 899 * second)?.counts ?? counts;
    expect(waitOf(counts, 899 * second)).toBe(second);
    expect(fail(counts, 900 * second)?.failures).toBe(1);
  });

  test('block for no longer than their rule allows when the clock was set back', () => {
    let counts: AttemptCounts = {};
    for (let index = 0; index < 5; index += 1) counts = fail(counts, 3600 * second)?.counts ?? counts;
    expect(waitOf(counts, 3600 * second)).toBe(2 * second);
    expect(waitOf(counts, 0)).toBe(0);
  });

  test('are forgiven by a right one in the counts that are named, and in no other', () => {
    const rules = { rule, account: rule };
    let counts: AttemptCounts = {};
    for (let index = 0; index < 3; index += 1) counts = fail(counts, 0, rules)?.counts ?? counts;
    const { next = {} } = reserveAttempt(counts, rules, 'right', 0);
    const { next: after } = settleAttempt(next, rules, { id: 'right', outcome: 'right', forgiven: ['rule'] }, 0);
    expect(after).toMatchObject({ account: { failed: 3, pending: {} } });
    expect(after.rule).toBeUndefined();
  });

  test('whose process died give their place back', () => {
    let counts: AttemptCounts = {};
    for (let index = 0; index < 5; index += 1) counts = reserveAttempt(counts, { rule }, `${index}`, 0).next ?? counts;
    expect(reserveAttempt(counts, { rule }, 'next', 0).reservation.state).toBe('busy');
    expect(reserveAttempt(counts, { rule }, 'next', 60 * second).reservation.state).toBe('reserved');
  });

  test('are never checked beyond the free ones of a window without a wait, in any order of starts and ends', () => {
    const step = fc.record({
      start: fc.boolean(),
      which: fc.nat(20),
      outcome: fc.constantFrom<AttemptOutcome>('wrong', 'wrong', 'right', 'released'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        let counts: AttemptCounts = {};
        let failed = 0;
        const running: string[] = [];
        for (const [index, { start, which, outcome }] of steps.entries()) {
          if (start) {
            const { next, reservation } = reserveAttempt(counts, { rule }, `try-${index}`, 0);
            if (reservation.state === 'reserved') running.push(`try-${index}`);
            counts = next ?? counts;
          } else {
            const [id] = running.splice(which % Math.max(1, running.length), 1);
            if (id === undefined) continue;
            counts = settleAttempt(counts, { rule }, { id, outcome }, 0).next;
            if (outcome === 'wrong') failed += 1;
          }
          // At one moment: nothing waits, so all failures and all that may become one are within the free ones.
          expect(failed + running.length).toBeLessThanOrEqual(rule.free);
        }
      }),
    );
  });
});
