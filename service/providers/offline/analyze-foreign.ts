import { franc } from 'franc-min';
import { functionWordShare } from '../../language/detect-language.ts';
import type { Language } from '../../language/languages.ts';
import { lookUp } from '../../language/lexicon.ts';
import { wordless } from './caption-templates.ts';
import { plainText, sceneOf } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';

const mostWords = 4;
/** Languages of the same alphabet that are near enough to be taken for Spanish or English. */
const neighbours: ReadonlySet<string> = new Set(['fra', 'deu', 'ita', 'por', 'nld', 'pol', 'ron', 'swe', 'tur']);
/** Shorter texts are too short for letters' statistics. */
const shortestForStatistics = 30;
/** English and Spanish seldom have fewer function words than this, their neighbours seldom as many that look the same. */
const readableShare = 0.2;

/** Neither English nor Spanish: another script, or another language's letters and none of our nouns. */
export function isForeign(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return false;
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length;
  if (latin * 2 < letters.length) return true;
  const words = text.match(/\p{L}+/gu) ?? [];
  const known = words.some((word) => word.length > 3 && (lookUp(word, 'en') !== undefined || lookUp(word, 'es') !== undefined));
  return !known && text.length >= shortestForStatistics && functionWordShare(text) < readableShare && neighbours.has(franc(text));
}

/** A text that is quoted, not read: in another language, or without a word. */
export function analyzeForeign(description: string, language: Language): TextAnalysis {
  const text = plainText(description);
  const hasWords = /\p{L}/u.test(text);
  const shown = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
  const words = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => word.length >= 4 || /\p{Script=Han}/u.test(word));
  return {
    language,
    foreign: hasWords,
    scene: shown ? sceneOf(text) || text : wordless[language],
    opening: 'name',
    keywords: [...new Map(words.map((word) => [word.toLowerCase(), word])).values()].slice(0, mostWords),
    sentiment: 0,
    mood: 'bright',
  };
}
