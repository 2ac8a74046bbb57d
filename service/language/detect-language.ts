import { franc } from 'franc-min';
import type { Language } from './languages.ts';
import { lookUp } from './lexicon.ts';
import { functionWords } from './terms.ts';

/** Letters of Spanish only. Accents prove little: Cádiz also appears in English texts. */
const spanishLetters = /[ñ¿¡]/;

/** The share of function words in a text, for the language with more of them; 0 to 1. */
export function functionWordShare(text: string): number {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const count = (language: Language) => words.filter((word) => functionWords[language].has(word)).length;
  return words.length === 0 ? 0 : Math.max(count('en'), count('es')) / words.length;
}

/** Evidence for each language: function words count twice, nouns once. */
function scoresOf(text: string): { readonly words: number; readonly en: number; readonly es: number } {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const score = (language: Language) =>
    words.reduce((sum, word) => sum + (functionWords[language].has(word) ? 2 : 0) + (lookUp(word, language) ? 1 : 0), 0);
  return { words: words.length, en: score('en'), es: score('es') + (spanishLetters.test(text.toLowerCase()) ? 1 : 0) };
}

/** The language of a short text, by its function words, then its nouns, then letter statistics. English if undecided. */
export function detectLanguage(text: string): Language {
  const { words, en, es } = scoresOf(text);
  if (es !== en) return es > en ? 'es' : 'en';
  return words >= 4 && franc(text, { only: ['eng', 'spa'] }) === 'spa' ? 'es' : 'en';
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
