import { normalized } from '../../language/words.ts';

/** A word of a text. */
export interface Token {
  readonly text: string;
  /** In lower case without accents; ñ remains, because it changes meanings. */
  readonly folded: string;
  /** Position in the text. */
  readonly start: number;
  readonly end: number;
  /** Text between the word before it and this one. */
  readonly gap: string;
}

const accents = /[\u0300-\u036f]+/g;
const plain = /^[a-z0-9ñ]*$/;

/** A word in lower case without accents. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (plain.test(lower)) return lower;
  return normalized(lower, 'NFC')
    .replaceAll('ñ', '\u0001')
    .normalize('NFD')
    .replace(accents, '')
    .replaceAll('\u0001', 'ñ')
    .normalize('NFC');
}

/** The words of a text; hyphens, slashes and apostrophes separate words. */
export function tokensOf(text: string): readonly Token[] {
  let last = 0;
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => {
    const gap = text.slice(last, index);
    last = index + word.length;
    return { text: word, folded: fold(word), start: index, end: last, gap };
  });
}

/** Whether a gap separates two words that belong together: the end of a sentence or clause. */
export const isBreak = (gap: string) => /[.;:!?,()[\]«»“”"|–—]/.test(gap);

/** Singular of an English noun (the S stemmer of D. Harman, 1991). */
function stemEnglish(word: string): string {
  if (word.length < 4 || !word.endsWith('s')) return word;
  if (/[^ae]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/[^aeo]es$/.test(word)) return word.slice(0, -1);
  return /[us]s$/.test(word) ? word : word.slice(0, -1);
}

function singularSpanish(word: string): string {
  if (word.length < 4 || !word.endsWith('s')) return word;
  if (word.endsWith('ces')) return `${word.slice(0, -3)}z`;
  return /[^aeiou]es$/.test(word) ? word.slice(0, -2) : word.replace(/(?<=[aeiou])s$/, '');
}

/** Spanish word without the endings of plural and gender (after the light stemmer of J. Savoy, 2006). */
function stemSpanish(word: string): string {
  const singular = singularSpanish(word);
  return singular.length >= 5 ? singular.replace(/[oae]$/, '') : singular;
}

const stemmers: Readonly<Record<string, (word: string) => string>> = { en: stemEnglish, es: stemSpanish };

export type Stem = (word: string) => string;
/** Maps the forms of a word without accents to one; in languages without a stemmer each form is a word of its own. */
export const stemmerOf = (language: string): Stem => stemmers[language] ?? ((word) => word);
