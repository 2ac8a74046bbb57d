import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expiredSets, type KnownSet } from './retention.ts';
import { setIdOf, timeOfSet } from './set-id.ts';

const dayMs = 86_400_000;
const start = Date.parse('2024-01-01T03:00:00Z');
const daily = (days: number, isComplete: (day: number) => boolean = () => true): KnownSet[] =>
  Array.from({ length: days }, (_, day) => ({ id: setIdOf(new Date(start + day * dayMs)), isComplete: isComplete(day) }));
const kept = (sets: readonly KnownSet[], retention: { days: number; sets: number }, now: Date) => {
  const expired = new Set(expiredSets(sets, retention, now));
  return sets.filter(({ id }) => !expired.has(id));
};

test('Two years of daily sets: each run keeps those of the last 30 days', () => {
  let sets: KnownSet[] = [];
  for (const [day, set] of daily(730).entries()) {
    sets = kept([...sets, set], { days: 30, sets: 7 }, new Date(start + day * dayMs + 60_000));
    expect(sets).toHaveLength(Math.min(day + 1, 30));
  }
  expect([sets[0]?.id, sets.at(-1)?.id]).toEqual(['20251201_030000', '20251230_030000']);
});

test('Two years of daily sets without days: each run keeps the newest seven', () => {
  let sets: KnownSet[] = [];
  for (const [day, set] of daily(730).entries()) {
    sets = kept([...sets, set], { days: 0, sets: 7 }, new Date(start + day * dayMs + 60_000));
    expect(sets).toHaveLength(Math.min(day + 1, 7));
  }
});

test('After two years in which every backup failed since the first month, the last seven good sets are left', () => {
  let sets: KnownSet[] = [];
  for (const [day, set] of daily(730, (each) => each < 30).entries()) {
    sets = kept([...sets, set], { days: 30, sets: 7 }, new Date(start + day * dayMs + 60_000));
  }
  expect(sets.filter(({ isComplete }) => isComplete).map(({ id }) => id)).toEqual(
    daily(30)
      .slice(-7)
      .map(({ id }) => id),
  );
  expect(sets.filter(({ isComplete }) => !isComplete).map(({ id }) => id)).toEqual(['20251230_030000']);
});

const sets = fc.uniqueArray(fc.record({ day: fc.integer({ min: 0, max: 800 }), isComplete: fc.boolean() }), { selector: ({ day }) => day });
const retention = fc.record({ days: fc.integer({ min: 0, max: 400 }), sets: fc.integer({ min: 0, max: 40 }) });

test('The newest complete set is never deleted, nor is a younger one than the days, and the result does not depend on the order', () => {
  fc.assert(
    fc.property(sets, retention, (days, rule) => {
      const known = days.map(({ day, isComplete }) => ({ id: setIdOf(new Date(start + day * dayMs)), isComplete }));
      const now = new Date(start + 801 * dayMs);
      const expired = expiredSets(known, rule, now);
      const complete = known.filter(({ isComplete }) => isComplete).map(({ id }) => id);
      const newest = complete.sort().at(-1);
      expect(expired).not.toContain(newest);
      const left = complete.filter((id) => !expired.includes(id));
      expect(left.length).toBeGreaterThanOrEqual(Math.min(complete.length, Math.max(1, rule.sets)));
      const young = complete.filter((id) => now.getTime() - (timeOfSet(id)?.getTime() ?? 0) <= rule.days * dayMs);
      expect(left).toEqual(expect.arrayContaining(young));
      expect(expiredSets(known.toReversed(), rule, now)).toEqual(expired);
    }),
  );
});

test('What is deleted of complete sets does not depend on incomplete ones', () => {
  fc.assert(
    fc.property(sets, retention, (days, rule) => {
      const known = days.map(({ day, isComplete }) => ({ id: setIdOf(new Date(start + day * dayMs)), isComplete }));
      const now = new Date(start + 801 * dayMs);
      const complete = known.filter(({ isComplete }) => isComplete);
      const expired = new Set(expiredSets(known, rule, now));
      expect(
        complete
          .filter(({ id }) => expired.has(id))
          .map(({ id }) => id)
          .sort(),
      ).toEqual(expiredSets(complete, rule, now));
    }),
  );
});

test('A set without a manifest stays a day, because it may be in progress', () => {
  const [old, young] = daily(2, () => false);
  expect(
    expiredSets(
      daily(2, () => false),
      { days: 30, sets: 7 },
      new Date(start + dayMs + 3_600_000),
    ),
  ).toEqual([old?.id]);
  expect(young?.id).toBe('20240102_030000');
});

test('The name of a set is its time in UTC as %Y%m%d_%H%M%S, and no other text is one', () => {
  expect(setIdOf(new Date('2024-07-29T12:00:00.999Z'))).toBe('20240729_120000');
  expect(timeOfSet('20240729_120000')?.toISOString()).toBe('2024-07-29T12:00:00.000Z');
  for (const text of ['20240231_120000', '20240729', '20240729_250000', '../20240729_120000', 'latest', ''])
    expect(timeOfSet(text)).toBeUndefined();
});
