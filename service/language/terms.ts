import type { Language } from './languages.ts';
import { wordsOf } from './words.ts';

/** Frequent words that only one of the two languages has. */
export const functionWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    'the an and of with my our is are was at by for from to over under on his her their your this that these those we i you it its in into near after before during while who'.split(
      ' ',
    ),
  ),
  es: new Set(
    'el la los las un una unos unas y de del con mi mis nuestro nuestra es son está están al por para desde sobre bajo su sus este esta estos estas ese esa en cerca después antes durante mientras que se lo muy nos yo esto eso qué cómo cuál cuánto dónde'.split(
      ' ',
    ),
  ),
};

/** Words of questions in either language that are not about their subject. */
const questionWords = new Set(
  'what which where when why how much many does did do can could would should tell me please about there have has had been will be not qué cuál cuáles dónde cuándo por qué cómo cuánto cuánta cuántos cuántas quién quiénes puede puedes podría dime sobre hay ha han ser fue era tiene'.split(
    ' ',
  ),
);
const shortestTerm = 3;

/** A word without accents and its ending: "mountains" and "mountain", "abre" and "abren" are the same. */
const stemOf = (word: string) =>
  word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/e?s$/, '')
    .replace(/(?:ing|ed|n)$/, '')
    .replace(/[aeo]$/, '');

/** A content word, and the stem that its forms share. */
export interface Term {
  readonly word: string;
  readonly stem: string;
}

/** The words of a text without function words and question words, in lower case and in order. */
export function contentWords(text: string): readonly Term[] {
  const words = wordsOf(text).map(({ word }) => word.toLowerCase());
  const content = words.filter((word) => !questionWords.has(word) && !functionWords.en.has(word) && !functionWords.es.has(word));
  return content.filter((word) => word.length >= shortestTerm || /\d/.test(word)).map((word) => ({ word, stem: stemOf(word) }));
}

/** The stems of a text's content words. */
export const termsOf = (text: string): ReadonlySet<string> => new Set(contentWords(text).map(({ stem }) => stem));
