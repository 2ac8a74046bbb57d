import { normalized, wordsOf } from '../../language/words.ts';

/** Share of common words above which two texts are duplicates (Jaccard index). */
const alike = 0.8;

/** The words of a text without accents and capitals; a text without words is compared as a whole. */
export interface Fingerprint {
  readonly words: ReadonlySet<string>;
  /** The words with digits, sorted. */
  readonly numbers: string;
  readonly text: string;
}

const isNumber = (word: string) => /\p{N}/u.test(word);

export function fingerprintOf(text: string): Fingerprint {
  const plain = normalized(text, 'NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = new Set(wordsOf(plain).map(({ word }) => word));
  return { words, numbers: [...words].filter(isNumber).sort().join(' '), text: plain.trim() };
}

/** Whether two texts have nearly the same words. Texts with different numbers are different facts. */
export function isNearDuplicate(a: Fingerprint, b: Fingerprint): boolean {
  if (a.words.size === 0 || b.words.size === 0) return a.text === b.text;
  if (a.numbers !== b.numbers) return false;
  const [few, many] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words];
  // Even if the larger set has every word of the smaller one.
  if (few.size / many.size < alike) return false;
  const common = few.intersection(many).size;
  return common / (few.size + many.size - common) >= alike;
}
