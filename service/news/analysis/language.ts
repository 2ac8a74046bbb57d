import { francAll } from 'franc-min';
import { primaryLanguage } from '../../language/language-tags.ts';
import { languagesOfWord } from './language-words.ts';
import { spellings } from './spelling.ts';

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
const weights = { statistics: 3, words: 6, endings: 1.5, declared: 1.2, expected: 0.2 };
/** Points that remain to a language per word with letters that it does not have. */
const foreignFactor = 0.4;
/** Of several languages, those without a profile are less probable. */
const rareFactor = 0.6;

/** Points of each language, divided by the number of words; a word that n languages share counts 1/n. */
function shareOut(words: readonly string[], languagesOf: (word: string) => readonly string[]): ReadonlyMap<string, number> {
  const evidence = new Map<string, number>();
  for (const word of words) {
    const languages = languagesOf(word);
    const points = 1 / (languages.length * Math.max(words.length, 4));
    for (const language of languages) evidence.set(language, (evidence.get(language) ?? 0) + points);
  }
  return evidence;
}

const byEnding = (word: string) =>
  word.length < 4 ? [] : Object.keys(spellings).filter((language) => spellings[language]?.endings.test(word));

/** Letter statistics: 1 for the most probable language, less for others. */
function letterEvidence(text: string): ReadonlyMap<string, number> {
  const found = francAll(text, { minLength: 3 }).filter(([code]) => code !== 'und');
  // Scores of related languages differ little: the fifth power separates them.
  return new Map(
    found.slice(0, 6).map(([code, score]) => {
      const language = tagOfCode(code);
      return [language, score ** 5 * (language in spellings || found.length === 1 ? 1 : rareFactor)];
    }),
  );
}

/** Links, addresses, mentions and hashtags are in any language. */
const withoutAddresses = (text: string) =>
  text
    .split(/\s/)
    .filter((word) => !/[@#＃]|:\/\/|www\./.test(word))
    .join(' ');

/** A tag as the code of its language; undefined if it is invalid. */
function codeOf(tag: string | null): string | undefined {
  try {
    return tag === null ? undefined : primaryLanguage(tag);
  } catch {
    return undefined;
  }
}

/**
 * The language of an article by its words, their spelling, letter statistics and what its source declares; `expected`: languages that are
 * more probable than others.
 */
export function detectLanguage(given: string, declaredTag: string | null, expected: readonly string[]): DetectedLanguage {
  const text = withoutAddresses(given.slice(0, maxLength));
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const declared = codeOf(declaredTag);
  if (letters === 0) return { language: declared ?? null, confidence: declared === undefined ? 0 : 0.5 };
  const share = Math.min(1, letters / enoughLetters);
  const points = new Map<string, number>();
  const add = (language: string, value: number) => points.set(language, (points.get(language) ?? 0) + value);
  for (const [language, score] of letterEvidence(text)) add(language, weights.statistics * share * score);
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  for (const [language, score] of shareOut(words, (word) => languagesOfWord.get(word) ?? [])) add(language, weights.words * score);
  for (const [language, score] of shareOut(words, byEnding)) add(language, weights.endings * score);
  for (const language of expected) add(language, weights.expected);
  if (declared !== undefined) add(declared, weights.declared);
  for (const [language, value] of points) {
    const foreign = words.filter((word) => spellings[language]?.foreign.test(word)).length;
    points.set(language, value * foreignFactor ** foreign);
  }
  const [best, second] = [...points].sort(([, a], [, b]) => b - a);
  if (best === undefined) return { language: null, confidence: 0 };
  const [language, most] = best;
  return { language, confidence: most / (most + (second?.[1] ?? 0)) };
}
