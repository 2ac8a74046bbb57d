import { francAll } from 'franc-min';
import { certainLanguage } from './detect-language.ts';
import { primaryLanguage } from './language-tags.ts';
import { languageOf } from './languages.ts';

/** Languages that letter statistics distinguish; the others of franc-min are confused with languages that it does not know. */
const knownLanguages = new Set(
  'am ar az be bg bn bs cs de el en es fa fr gu hi hr hu id it ja kk kn ko ml mr ms my nl pa pl pt ro ru si sr sv ta te th tr uk ur vi zh'.split(
    ' ',
  ),
);
/** Relatives of Spanish that share its function words, and that letter statistics do not know. */
const likeSpanish = new Set(['an', 'ast', 'ca', 'ext', 'gl', 'lad', 'oc']);

/** Letters from which on the statistics decide alone. */
const fewestLetters = 60;
/**
 * Scores, relative to the most probable language. Words prove a language above the first; a text may be in a language above the second;
 * the most probable one is clear if the next is below the third.
 */
const [provenScore, possibleScore, clearScore] = [0.9, 0.85, 0.8];

interface Evidence {
  readonly letters: number;
  /** The most probable language, and how much less probable the next one is, 0 to 1. */
  readonly top: string | undefined;
  readonly next: number;
  readonly scores: ReadonlyMap<string, number>;
  /** English or Spanish by its words. */
  readonly byWords: string | undefined;
}

/** Hashtags, mentions and links are in any language. */
const withoutNames = (text: string) =>
  text
    .split(/\s/)
    .filter((word) => !/[#＃@]|:\/\/|www\./.test(word))
    .join(' ');

/** Standard Malay has a code of its own in franc-min. */
const tags = new Map([['zlm', 'ms']]);
/** The tag of a language of franc-min; parsing it each time would take longer than the statistics. */
function tagOfCode(code: string): string {
  const tag = tags.get(code) ?? primaryLanguage(code);
  tags.set(code, tag);
  return tag;
}

function evidenceOf(given: string): Evidence {
  const text = withoutNames(given);
  const found = francAll(text, { minLength: 1 }).filter(([code]) => code !== 'und');
  const scores = new Map(found.toReversed().map(([code, score]) => [tagOfCode(code), score]));
  const top = found[0] && tagOfCode(found[0][0]);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return { letters, top, next: found[1]?.[1] ?? 0, scores, byWords: certainLanguage(text) };
}

/** Letters of the script of a language. ISO 15924 has codes for several scripts together, Unicode has not. */
const scripts: Readonly<Record<string, string>> = { Hans: 'Hani', Hant: 'Hani', Jpan: 'Hira', Kore: 'Hang' };
function isInScript(text: string, tag: string): boolean {
  const code = new Intl.Locale(tag).maximize().script ?? 'Zyyy';
  const letters = text.match(/\p{L}/gu) ?? [];
  // Japanese mixes three scripts.
  const enough = code === 'Jpan' ? 0.1 : 0.5;
  try {
    const script = new RegExp(`\\p{Script=${scripts[code] ?? code}}`, 'u');
    return letters.filter((letter) => script.test(letter)).length >= letters.length * enough;
  } catch {
    // Not every script of ISO 15924 has letters in Unicode.
    return true;
  }
}

/** The language of a text if there is no doubt, as a BCP 47 tag; undefined for short and mixed texts. */
export function clearLanguage(text: string): string | undefined {
  const { letters, top, next, scores, byWords } = evidenceOf(text);
  if (byWords !== undefined && (scores.get(byWords) ?? 0) >= provenScore) return byWords;
  const isSingle = scores.size === 1;
  return top !== undefined && knownLanguages.has(top) && (isSingle || (letters >= fewestLetters && next < clearScore)) ? top : undefined;
}

/** Whether a text is certainly in another language than that of the tag. */
export function isInOtherLanguage(text: string, tag: string): boolean {
  const language = primaryLanguage(tag);
  // The most frequent case, without the statistics.
  if (language === 'en' && certainLanguage(withoutNames(text)) === language) return false;
  const { letters, top, next, scores, byWords } = evidenceOf(text);
  if (letters === 0) return false;
  if (!(scores.has(language) || isInScript(withoutNames(text), tag))) return true;
  const score = scores.get(language) ?? 0;
  const isKnown = knownLanguages.has(language);
  if (byWords === language && score >= provenScore) return false;
  if (byWords !== undefined && byWords === top && byWords !== language) {
    if (isKnown) return languageOf(language) !== undefined || score < provenScore;
    return byWords === 'en' || !likeSpanish.has(language);
  }
  if (letters < fewestLetters || top === language) return false;
  return isKnown ? score < possibleScore : next < clearScore;
}
