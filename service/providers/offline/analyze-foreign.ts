import { franc } from 'franc-min';
import { functionWordShare } from '../../language/detect-language.ts';
import type { Language } from '../../language/languages.ts';
import { lookUp } from '../../language/lexicon.ts';
import { wordless } from './caption-templates.ts';
import { extractScene, plainText } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';

const mostWords = 4;
/** Languages with the same alphabet that are similar to Spanish or English. */
const similarLanguages: ReadonlySet<string> = new Set(['fra', 'deu', 'ita', 'por', 'nld', 'pol', 'ron', 'swe', 'tur']);
/** Shorter texts are too short for letter statistics. */
const shortestForStatistics = 30;
/** English and Spanish texts rarely have a smaller share of function words; texts in similar languages rarely have as many. */
const readableShare = 0.2;

/** Neither English nor Spanish: another script, or the letter statistics of another language and no noun of the lexicon. */
export function isForeign(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return false;
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length;
  if (latin * 2 < letters.length) return true;
  const words = text.match(/\p{L}+/gu) ?? [];
  const known = words.some((word) => word.length > 3 && (lookUp(word, 'en') !== undefined || lookUp(word, 'es') !== undefined));
  return !known && text.length >= shortestForStatistics && functionWordShare(text) < readableShare && similarLanguages.has(franc(text));
}

/** A text that is quoted, not analyzed: in another language, or without words. */
export function analyzeForeign(description: string, language: Language): TextAnalysis {
  const text = plainText(description);
  const hasWords = /\p{L}/u.test(text);
  const shown = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
  const words = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => word.length >= 4 || /\p{Script=Han}/u.test(word));
  return {
    language,
    foreign: hasWords,
    scene: shown ? extractScene(text) || text : wordless[language],
    opening: 'name',
    keywords: [...new Map(words.map((word) => [word.toLowerCase(), word])).values()].slice(0, mostWords),
    sentiment: 0,
    mood: 'bright',
  };
}
