import { normalized, wordsOf } from '../../language/words.ts';

/** Share of common words above which two texts are duplicates (Jaccard index). */
const alike = 0.8;

/** The words of a text without accents and capitals; a text without words is compared as a whole. */
export interface Fingerprint {
  readonly words: ReadonlySet<string>;
  readonly text: string;
}

export function fingerprintOf(text: string): Fingerprint {
  const plain = normalized(text, 'NFD').replace(/\p{M}/gu, '').toLowerCase();
  return { words: new Set(wordsOf(plain).map(({ word }) => word)), text: plain.trim() };
}

const isNumber = (word: string) => /\p{N}/u.test(word);

/** Whether two texts have nearly the same words. Texts with different numbers are different facts. */
export function isNearDuplicate(a: Fingerprint, b: Fingerprint): boolean {
  if (a.words.size === 0 || b.words.size === 0) return a.text === b.text;
  const different = a.words.symmetricDifference(b.words);
  if ([...different].some(isNumber)) return false;
  const common = a.words.intersection(b.words).size;
  return common / (common + different.size) >= alike;
}
