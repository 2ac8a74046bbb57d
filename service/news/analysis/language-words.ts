import { commonWords } from '../../language/common-words.ts';
import { functionWords } from '../../language/terms.ts';
import frequent from './frequent-words.json' with { type: 'json' };

const own: Readonly<Record<string, readonly string[]>> = {
  en: [...functionWords.en, ...commonWords.en],
  es: [...functionWords.es, ...commonWords.es],
};

/** Function words and other frequent words of news by language, in lower case: they identify a short text, and are no keywords. */
export const frequentWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(frequent).map(([language, words]) => [language, new Set([...words.split(' '), ...(own[language] ?? [])])]),
);

/** The languages of each frequent word. */
export const languagesOfWord: ReadonlyMap<string, readonly string[]> = new Map(
  [...new Set([...frequentWords.values()].flatMap((words) => [...words]))].map((word) => [
    word,
    [...frequentWords].filter(([, words]) => words.has(word)).map(([language]) => language),
  ]),
);
