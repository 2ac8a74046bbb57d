import { Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { findArithmetic } from './arithmetic.ts';

describe('Arithmetic in a text', () => {
  test.each([
    ['How much is (2+3)*4?', '(2 + 3) * 4'],
    ['¿Cuánto es 12.5 × 3?', '12.5 * 3'],
    ['2^10', '2 ** 10'],
    ['Compute 7 / (1 - 3) please', '7 / (1 - 3)'],
    ['If I have 3 apples and eat 3 - 1, how much is left?', '3 - 1'],
    ['2+2.', '2 + 2'],
    ['5 - -3 =', '5 - - 3'],
    ['-5+3', '- 5 + 3'],
    ['(see 3+4)', '3 + 4'],
    ['007 + 10.05', '7 + 10.05'],
    ['12/4?', '12 / 4'],
  ])('of %j is %j', (text, code) => expect(findArithmetic(text)).toBe(code));

  test.each([
    'No numbers here',
    'Three dogs and 2 cats',
    'On 2024-05-01 at noon',
    'On 01/05/2024',
    'open 24/7',
    'version 1.2.3-4',
    'between 1990-2000',
    '-2 ** 2',
    'x1+2',
    '2+2x',
    '1 + + + 2',
    '3 * (4',
    '10 - the best',
    'a score of 10 - 4',
  ])('is not found in %j', (text) => expect(findArithmetic(text)).toBeUndefined());

  test.each([
    ['parentheses without an end', '('.repeat(19_800), undefined],
    ['operators without an end', `1${'+'.repeat(10_000)}`, undefined],
    ['a long sum', `How much is ${'1+'.repeat(9_999)}1?`, `${'1 + '.repeat(9_999)}1`],
    ['a deep nest', `${'('.repeat(5_000)}1+1${')'.repeat(5_000)}`, `${'('.repeat(5_000)}1 + 1${')'.repeat(5_000)}`],
    ['a sum in too many parentheses', `${'('.repeat(9_000)}1+1`, '1 + 1'],
    ['many fractions that may be dates', '24/7 and '.repeat(5_000), undefined],
  ])('is read in %s', (_, text, code) => expect(findArithmetic(text)).toBe(code));

  const value: fc.Arbitrary<string> = fc.letrec<{ value: string; sum: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer({ min: 0, max: 99 }).map(String),
      tie('sum').map((sum) => `(${sum})`),
    ),
    sum: fc.tuple(tie('value'), fc.constantFrom('+', ' - ', '*', ' / ', ' % '), tie('value')).map((parts) => parts.join('')),
  })).sum;

  test('keeps its value', () => {
    fc.assert(
      fc.property(value, (expression) => {
        const found = findArithmetic(`What is ${expression}?`);
        expect(new Script(found ?? 'undefined').runInNewContext()).toBe(new Script(expression).runInNewContext());
      }),
    );
  });

  test('is JavaScript that computes a number, for every text', () => {
    const noise = fc.array(fc.constantFrom(...'0123456789.()+-*/%^ x'), { maxLength: 30 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(noise, (text) => {
        const found = findArithmetic(text);
        if (found !== undefined) expect(typeof new Script(found).runInNewContext()).toBe('number');
      }),
      { numRuns: 2000 },
    );
  });
});
