import { describe, expect, test } from '@jest/globals';
import type { Figures, Results, Subject } from './figures.ts';
import { outcomeOf } from './goals.ts';

const results: Results = new Map<Subject, Figures | string>([
  ['Koa + body parser', { perSecond: 1000 }],
  ['cached caption, embedded', { perSecond: 400, residentMegabytes: 300 }],
  ['pass-through, Portkey', 'not installed'],
]);

describe('a goal', () => {
  test('is missed if the ratio is too small, and met if it is not', () => {
    const goal = { subject: 'cached caption, embedded', figure: 'perSecond', per: 'Koa + body parser' } as const;
    expect(outcomeOf({ ...goal, atLeast: 0.5 }, results)).toMatchObject({ value: 0.4, missed: true });
    expect(outcomeOf({ ...goal, atLeast: 0.4 }, results)).toMatchObject({ missed: false });
  });

  test('is missed if the figure is too large', () => {
    const goal = { subject: 'cached caption, embedded', figure: 'residentMegabytes' } as const;
    expect(outcomeOf({ ...goal, atMost: 299 }, results)).toMatchObject({ value: 300, missed: true });
    expect(outcomeOf({ ...goal, atMost: 300 }, results)).toMatchObject({ missed: false });
  });

  test('has the reason for a skipped subject in place of a value', () => {
    const goal = { subject: 'cached caption, embedded', figure: 'perSecond', per: 'pass-through, Portkey', atLeast: 2 } as const;
    expect(outcomeOf(goal, results)).toMatchObject({ value: 'not installed', missed: false });
    expect(outcomeOf({ subject: 'batches', figure: 'perSecond', atLeast: 1 }, results)).toMatchObject({ value: 'not measured' });
  });
});
