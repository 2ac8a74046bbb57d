import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseJson } from './parse-json.ts';
import { Problem } from './problem.ts';

const detailOf = (text: string) => {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
};

describe('A JSON text', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8, stringUnit: 'binary' }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['[', ']', ''],
    ['{"a":', '}', '1'],
  ])('may be nested 64 levels deep with %j, and no deeper', (open, close, middle) => {
    const nested = (levels: number) => open.repeat(levels) + (middle || '') + close.repeat(levels);
    expect(parseJson(nested(64))).toEqual(JSON.parse(nested(64)));
    expect(detailOf(nested(65))).toMatch('nested more than 64 levels deep');
    expect(detailOf(open.repeat(500_000))).toMatch('nested more than 64 levels deep');
  });

  test('may contain any number of brackets in a string, and any number of lists next to each other', () => {
    const text = JSON.stringify({ text: `\\" ${'[{"'.repeat(1000)}`, lists: Array.from({ length: 1000 }, () => [[]]) });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each(['"\\ud800"', '"\\uDC00"', '"\\ud83d x \\ude00"', '"\\ud83d\\n"', '["\\ude00\\ud83d"]', '{"\\ud83d":1}', '"\\ud83d\\\\ude00"'])(
    'is rejected with a lone surrogate: %s',
    (text) => {
      expect(detailOf(text)).toMatch('a lone surrogate');
    },
  );

  test.each(['"\\ud83d\\ude00"', '"\\uD83D\\uDE00\\ud83d\\ude00"', '"\\\\ud800"', '"\\\\\\ud83d\\ude00"'])(
    'is read with whole pairs: %s',
    (text) => {
      expect(parseJson(text)).toBe(JSON.parse(text));
    },
  );
});
