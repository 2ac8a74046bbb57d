import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contentHash, distance, simHash } from './hashes.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const article = {
  url: 'https://example.com/a',
  title: 'El cribado reduce la mortalidad',
  summary: 'Un estudio con 60.000 mujeres muestra que la mamografía cada dos años reduce la mortalidad por cáncer de mama.',
};
const text = `${article.title} ${article.summary}`;

describe('contentHash', () => {
  test('is equal for texts that differ in case, accents, punctuation and spaces', () => {
    const other = {
      ...article,
      url: 'https://example.com/b',
      title: 'EL CRIBADO  reduce «la mortalidad».',
      summary: article.summary.normalize('NFD'),
    };
    expect(contentHash(other)).toEqual(contentHash(article));
    expect(contentHash(article)).toHaveLength(32);
  });

  test('differs if a word differs', () => {
    expect(contentHash({ ...article, title: 'El cribado aumenta la mortalidad' })).not.toEqual(contentHash(article));
  });

  test('is that of the URL if title and summary have too few words to identify an article', () => {
    const first = { url: 'https://example.com/1', title: 'Editorial', summary: '' };
    expect(contentHash(first)).not.toEqual(contentHash({ ...first, url: 'https://example.com/2' }));
    expect(contentHash(first)).toEqual(contentHash({ ...first }));
  });
});

describe('simHash', () => {
  test('is a signed 64-bit number that is equal for equal words', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), (words) => {
        const hash = simHash(words);
        if (hash === undefined) return;
        expect(BigInt.asIntN(64, hash)).toBe(hash);
        expect(simHash(`${words.toUpperCase()}!`)).toBe(hash);
      }),
    );
  });

  test('is undefined for a text of too few words', () => {
    expect(simHash('El cribado reduce la mortalidad')).toBeUndefined();
  });

  test('is closer to an edited text than to another one', () => {
    const hash = simHash(text) ?? 0n;
    const edited = simHash(text.replace('muestra', 'demuestra')) ?? 0n;
    const other =
      simHash('El ayuntamiento inaugura mañana la nueva línea de tranvía, que une el centro con los barrios del norte en doce minutos.') ??
      0n;
    expect(distance(hash, edited)).toBeLessThan(distance(hash, other));
    expect(distance(hash, other)).toBeGreaterThan(16);
  });
});

describe('distance', () => {
  test('counts the bits that differ', () => {
    expect([distance(0n, 0n), distance(0n, -1n), distance(5n, 6n), distance(-(2n ** 63n), 0n)]).toEqual([0, 64, 2, 1]);
  });

  test('is a metric', () => {
    fc.assert(
      fc.property(int64, int64, int64, (a, b, c) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, a)).toBe(0);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
      }),
    );
  });
});
