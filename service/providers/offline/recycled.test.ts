import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recycled } from './recycled.ts';

test('a recycled object never reads many more characters than its limit, and is not replaced before it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 50 })), fc.integer({ min: 1, max: 200 }), (texts, most) => {
      const made: string[][] = [];
      const readerFor = recycled(() => {
        const kept: string[] = [];
        made.push(kept);
        return kept;
      }, most);
      for (const text of texts) readerFor(text).push(text);
      const sizes = made.map((kept) => kept.join('').length);
      expect(sizes.every((size) => size <= most + 50)).toBe(true);
      expect(sizes.slice(0, -1).every((size) => size > most)).toBe(true);
      expect(made.flat()).toEqual(texts);
    }),
  );
});
