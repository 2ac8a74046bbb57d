import { franc } from 'franc-min';
import { commonWords } from './common-words.ts';
import { type Language, languages } from './languages.ts';
import { lookUp } from './lexicon.ts';
import { otherLanguages } from './other-languages.ts';
import { functionWords } from './terms.ts';

/** Letters of Spanish only. Accents prove little: Cádiz also appears in English texts. */
const spanishLetters = /[ñ¿¡]/;
/** Endings of Spanish words. */
const spanishEnding = /(?:ción|ciones|iendo|ando|ísimo|ísima|ñ[oa]s?)$/;
/** A word with an accent that is no name. */
const isSpanishWord = (word: string, index: number) =>
  spanishEnding.test(word) || (/[áéíóú]/u.test(word.slice(index === 0 ? 0 : 1).toLowerCase()) && (index === 0 || !/^\p{Lu}/u.test(word)));

/** Links, addresses, mentions and hashtags are in any language. */
const withoutAddresses = (text: string) =>
  text
    .split(/\s/)
    .filter((word) => !/[@#]|:\/\/|www\./.test(word))
    .join(' ');
const wordsIn = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? [];

/** Evidence for each language: function words count twice, nouns once. */
function scoresOf(text: string): { readonly words: number; readonly en: number; readonly es: number } {
  const words = wordsIn(text);
  const score = (language: Language) =>
    words.reduce((sum, word) => sum + (functionWords[language].has(word) ? 2 : 0) + (lookUp(word, language) ? 1 : 0), 0);
  return { words: words.length, en: score('en'), es: score('es') + (spanishLetters.test(text.toLowerCase()) ? 1 : 0) };
}

/** A common word counts as much as a noun. */
function evidenceFor(text: string): { readonly en: number; readonly es: number } {
  const { en, es } = scoresOf(text);
  const words = wordsIn(text);
  const common = (language: Language) =>
    words.filter((word) => commonWords[language].has(word) && !functionWords[language].has(word)).length;
  return { en: en + common('en'), es: es + common('es') + (text.match(/\p{L}+/gu) ?? []).filter(isSpanishWord).length };
}

/** The language of a short text, by its function words, then its nouns, then letter statistics. English if undecided. */
export function detectLanguage(text: string): Language {
  const bare = withoutAddresses(text);
  const { en, es } = evidenceFor(bare);
  if (es !== en) return es > en ? 'es' : 'en';
  return wordsIn(bare).length >= 4 && franc(bare, { only: ['eng', 'spa'] }) === 'spa' ? 'es' : 'en';
}

/** Shorter texts are too short for letter statistics. */
const shortestForStatistics = 30;

/** Letters that neither English nor Spanish words have. */
const otherLetters = /[ãõçàèìòùâêîôûäößøåæœłşğıțșđčřšžąęćńśźżœÿ]/u;

/**
 * Whether a text is in neither English nor Spanish: in another script, or with more evidence for another language.
 * Names of places and dishes do not decide.
 */
export function isOtherLanguage(text: string): boolean {
  const bare = withoutAddresses(text);
  const letters = bare.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return false;
  if ((bare.match(/\p{Script=Latin}/gu)?.length ?? 0) * 2 < letters) return true;
  // A name is capitalized.
  const words = bare.match(/\p{L}+/gu) ?? [];
  const common = words.map((word) => word.toLowerCase());
  const { en, es } = evidenceFor(bare);
  const own = Math.max(en, es);
  const foreign =
    common.filter((word) => otherLetters.test(word)).length -
    words.filter((word) => /^\p{Lu}/u.test(word) && otherLetters.test(word.toLowerCase())).length;
  const isOwn = (word: string) =>
    word.length === 1 ||
    word === 'no' ||
    languages.some(
      (language) => functionWords[language].has(word) || commonWords[language].has(word) || lookUp(word, language) !== undefined,
    );
  const others = Object.values(otherLanguages).map((list) => {
    const shared = common.filter((word) => list.has(word));
    // Words of neighbouring languages prove nothing without one that is not Spanish or English.
    return shared.every(isOwn) ? 0 : shared.length * 2;
  });
  const most = Math.max(...others) + foreign;
  if (most > own && (most >= 4 || foreign > 0)) return true;
  return own === 0 && bare.trim().length >= shortestForStatistics && !['eng', 'spa', 'sco', 'und'].includes(franc(bare));
}

/** Evidence that decides: two function words, and four times as much as for the other language. */
const [leastEvidence, leastRatio] = [4, 4];

/** Words of French, Italian and Portuguese, which share other function words with Spanish. */
const otherRomance = new Set('et du des est une dans avec au aux il di della nel gli è um uma com do na nas ao não'.split(' '));

/** The language of a text if there is no doubt; undefined for short and mixed texts, and for other languages. Hashtags are in any language. */
export function certainLanguage(text: string): Language | undefined {
  const words = text.toLowerCase().replace(/[#@]\S+/g, '');
  const { en, es } = scoresOf(words);
  const [most, least] = [Math.max(en, es), Math.min(en, es)];
  if (most < leastEvidence || most < least * leastRatio) return undefined;
  if (en > es) return 'en';
  return words.match(/\p{L}+/gu)?.some((word) => otherRomance.has(word)) ? undefined : 'es';
}
