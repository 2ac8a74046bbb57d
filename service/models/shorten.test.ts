import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { shorten } from './shorten.ts';

const sentence = 'La tarde cae sobre la bahía y seguimos sin prisa. ';

describe('A caption', () => {
  test('of 2,200 characters stays', () => {
    const longest = 'a'.repeat(2200);
    expect(shorten(longest)).toBe(longest);
  });

  test('that is longer ends after a sentence', () => {
    const cut = shorten(sentence.repeat(60));
    expect(cut.length).toBeLessThanOrEqual(2200);
    expect(cut).toBe(sentence.repeat(44).trim());
  });

  test('without sentences ends after a word, with an ellipsis', () => {
    const cut = shorten('atardecer '.repeat(300));
    expect(cut.length).toBeLessThanOrEqual(2200);
    expect(cut).toMatch(/ atardecer…$/);
  });

  test('without words ends between two characters, even of emojis', () => {
    const family = '👩‍👩‍👧';
    const cut = shorten(family.repeat(500));
    expect(cut).toBe(`${family.repeat(274)}…`);
  });

  test('of any text is at most 2,200 characters long, and not empty', () => {
    const text = fc
      .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 })
      .map((parts) => parts.join(' ').repeat(80));
    fc.assert(
      fc.property(text, (caption) => {
        expect(shorten(caption).length).toBeLessThanOrEqual(2200);
        expect(shorten(caption) === '').toBe(caption.trim() === '');
      }),
    );
  });
});
