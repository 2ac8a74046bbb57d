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

/** The language of a short text, by its function words, then its nouns, then letter statistics. English if undecided. */
export function detectLanguage(text: string): Language {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const score = (language: Language) =>
    words.reduce((sum, word) => sum + (functionWords[language].has(word) ? 2 : 0) + (lookUp(word, language) ? 1 : 0), 0);
  const spanish = score('es') + (spanishLetters.test(text.toLowerCase()) ? 1 : 0);
  const english = score('en');
  if (spanish !== english) return spanish > english ? 'es' : 'en';
  return words.length >= 4 && franc(text, { only: ['eng', 'spa'] }) === 'spa' ? 'es' : 'en';
}
