import type { Language } from '../../language/languages.ts';
import { capitalised } from './polish.ts';
import { translate } from './translate.ts';

/** A text in the other language, if the tables have every word of every sentence. */
export function translateText(text: string, from: Language): string | undefined {
  const sentences = text.split(/(?<=[.!?]) |\n+/).filter((sentence) => sentence.trim() !== '');
  const translated = sentences.map((sentence) => {
    const end = /[.!?]$/.exec(sentence)?.[0] ?? '';
    if (end === '?' || /[¿¡]/.test(sentence)) return undefined;
    const words = translate(sentence.slice(0, sentence.length - end.length), from);
    return words === undefined ? undefined : capitalised(words) + end;
  });
  return translated.includes(undefined) ? undefined : translated.join(' ');
}
