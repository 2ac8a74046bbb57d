import { detectLanguage } from '../../language/detect-language.ts';
import type { Language } from '../../language/languages.ts';
import { analyzeForeign, isForeign } from './analyze-foreign.ts';
import { plainText } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';

/** Analyzes a text. English needs a language model of a few megabytes, which is loaded with the first English text. */
export async function analyze(description: string, requested: Language | undefined): Promise<TextAnalysis> {
  if (!/\p{L}/u.test(description) || isForeign(plainText(description))) return analyzeForeign(description, requested ?? 'en');
  const language = detectLanguage(description);
  if (language === 'es') return (await import('./analyze-spanish.ts')).analyzeSpanish(description);
  return (await import('./analyze-english.ts')).analyzeEnglish(description);
}
