import { normalized, wordsOf } from '../../language/words.ts';

/** Share of common words from which two texts say the same. */
const alike = 0.8;

/** A text as its words without accents and capitals; what has no words is compared as it is. */
export interface Fingerprint {
  readonly words: ReadonlySet<string>;
  readonly text: string;
}

export function fingerprintOf(text: string): Fingerprint {
  const plain = normalized(text, 'NFD').replace(/\p{M}/gu, '').toLowerCase();
  return { words: new Set(wordsOf(plain).map(({ word }) => word)), text: plain.trim() };
}

const isNumber = (word: string) => /\p{N}/u.test(word);

/** Whether two texts say the same in nearly the same words. Another number is another fact. */
export function isNearDuplicate(a: Fingerprint, b: Fingerprint): boolean {
  if (a.words.size === 0 || b.words.size === 0) return a.text === b.text;
  const different = a.words.symmetricDifference(b.words);
  if ([...different].some(isNumber)) return false;
  const common = a.words.intersection(b.words).size;
  return common / (common + different.size) >= alike;
}
