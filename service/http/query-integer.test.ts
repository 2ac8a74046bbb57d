import { expect, test } from '@jest/globals';
import { queryInteger } from './query-integer.ts';

test.each(['', ' 5', '5 ', '0x5', '5e0', '5.0', '٥', 'null', '+5', '1'.repeat(400), ['5', '5'], null])(
  'An integer in a query string is not %j',
  (text) => {
    expect(queryInteger({ min: -1, max: 200 }).safeParse(text).success).toBe(false);
  },
);

test('An integer in a query string is its decimal digits, within the bounds', () => {
  const read = (text: string) => queryInteger({ min: -1, max: 200 }).safeParse(text).data;
  expect(['-1', '0', '007', '200', '201', '-2'].map(read)).toEqual([-1, 0, 7, 200, undefined, undefined]);
});
