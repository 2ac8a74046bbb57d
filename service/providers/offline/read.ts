import type { Language } from '../model.ts';
import { isForeign, readUnread } from './foreign.ts';
import { detectLanguage } from './language.ts';
import type { Reading } from './reading.ts';
import { plainText } from './text.ts';

/** Reads a text. English needs a language model of a few megabytes: loaded at the first English text, not at start. */
export async function read(description: string, asked: Language | undefined): Promise<Reading> {
  if (!/\p{L}/u.test(description) || isForeign(plainText(description))) return readUnread(description, asked ?? 'en');
  const language = detectLanguage(description);
  if (language === 'es') return (await import('./spanish.ts')).readSpanish(description);
  return (await import('./english.ts')).readEnglish(description);
}
