import { detectLanguage } from '../../language/detect-language.ts';
import type { Language } from '../../language/languages.ts';
import { contentWords } from '../../language/terms.ts';
import { namesIn } from './hashtags.ts';
import { plainLines } from './plain-lines.ts';
import { sentimentOf, type Tone, toneOf } from './tone.ts';
import { topicsOf } from './topics.ts';

/** What a reply says about a text. */
export interface TextAnalysis {
  readonly language: Language;
  /** Nouns and names in the order of the text, in the text's own spelling. */
  readonly keywords: readonly string[];
  /** From -1, all bad, to 1, all good. */
  readonly sentiment: number;
  readonly tone: Tone;
}

/** Longest sequence of letters that counts as a word, in characters: longer than any English or Spanish word. */
const longestWord = 60;
/** Fewer nouns are joined by other words. */
const fewestNouns = 2;

/** The nouns that the lexicon has and names; other words if these are few. */
export function analyze(description: string): TextAnalysis {
  const text = plainLines(description);
  const language = detectLanguage(text);
  const nouns = [...topicsOf(text, language).map(({ word }) => word), ...namesIn(text)];
  const words = nouns.length < fewestNouns ? contentWords(text.slice(0, 2000)).map(({ word }) => word) : [];
  const short = [...nouns, ...words].filter((word) => word.length > 2 && word.length <= longestWord && /\p{L}/u.test(word));
  const unique = new Map(short.toReversed().map((word) => [word.toLowerCase(), word]));
  const keywords = [...unique.values()].toSorted((a, b) => text.indexOf(a) - text.indexOf(b));
  return { language, keywords, sentiment: sentimentOf(text, language), tone: toneOf(text, language) };
}
