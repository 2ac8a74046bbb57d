import { francAll } from 'franc-min';
import { primaryLanguage } from '../../language/language-tags.ts';
import { languagesOfWord } from './language-words.ts';

export interface DetectedLanguage {
  /** ISO 639 code; null if nothing decides. */
  readonly language: string | null;
  /** 0 to 1: the share of the evidence that is for this language. */
  readonly confidence: number;
}

/** Standard Malay has a code of its own in franc-min. */
const tags = new Map([['zlm', 'ms']]);
/** The tag of a code of franc-min; parsing it each time takes longer than the statistics. */
function tagOfCode(code: string): string {
  const tag = tags.get(code) ?? primaryLanguage(code);
  tags.set(code, tag);
  return tag;
}

/** More text adds no certainty, but takes time. */
const maxLength = 600;
/** Letters from which on letter statistics count fully. */
const enoughLetters = 80;
/** Weights of the evidence. */
const weights = { statistics: 3, words: 6, declared: 1.2 };

/** Languages by the words that only some of them have: a word of one language counts 1, a word of three 1/3. */
function wordEvidence(text: string): ReadonlyMap<string, number> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const evidence = new Map<string, number>();
  for (const word of words) {
    const languages = languagesOfWord.get(word) ?? [];
    for (const language of languages) evidence.set(language, (evidence.get(language) ?? 0) + 1 / languages.length);
  }
  for (const [language, points] of evidence) evidence.set(language, points / Math.max(words.length, 4));
  return evidence;
}

/** Letter statistics: 1 for the most probable language, less for others. */
function letterEvidence(text: string): ReadonlyMap<string, number> {
  const found = francAll(text, { minLength: 3 }).filter(([code]) => code !== 'und');
  // Scores of related languages differ little: the fifth power separates them.
  return new Map(found.slice(0, 6).map(([code, score]) => [tagOfCode(code), score ** 5]));
}

/** A tag as the code of its language; undefined if it is invalid. */
function codeOf(tag: string | null): string | undefined {
  try {
    return tag === null ? undefined : primaryLanguage(tag);
  } catch {
    return undefined;
  }
}

/** The language of an article by its words, letter statistics and what its source declares. */
export function detectLanguage(given: string, declaredTag: string | null): DetectedLanguage {
  const text = given.slice(0, maxLength).replace(/\S*(?:[@#＃]|:\/\/|www\.)\S*/g, ' ');
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const declared = codeOf(declaredTag);
  if (letters === 0) return { language: declared ?? null, confidence: declared === undefined ? 0 : 0.5 };
  const share = Math.min(1, letters / enoughLetters);
  const points = new Map<string, number>();
  const add = (language: string, value: number) => points.set(language, (points.get(language) ?? 0) + value);
  for (const [language, score] of letterEvidence(text)) add(language, weights.statistics * share * score);
  for (const [language, score] of wordEvidence(text)) add(language, weights.words * score);
  if (declared !== undefined) add(declared, weights.declared);
  const [best, second] = [...points].sort(([, a], [, b]) => b - a);
  if (best === undefined) return { language: null, confidence: 0 };
  const [language, most] = best;
  return { language, confidence: most / (most + (second?.[1] ?? 0)) };
}
