import type { TextAnalysis } from './text-analysis.ts';
import { graveStems, lowStems } from './vocabulary.ts';

/** "Exhausted but happy" is not a sad picture. */
const lifting = /(?<!\p{L})(?:happy|proud|smil|joy|won(?!\p{L})|feli[zc]|content[oa]|alegr|orgullos|gan(?:é|amos))/iu;

/** The mood of a text by its words; a clearly good `sentiment` (-1 to 1) lifts a sober mood, as happy words do. */
export function moodOf(text: string, sentiment = 0): TextAnalysis['mood'] {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const has = (stems: readonly string[]) =>
    words.some((word) => stems.some((stem) => (stem.length <= 3 ? word === stem : word.startsWith(stem))));
  if (has(graveStems)) return 'grave';
  return has(lowStems) && sentiment < 0.5 && !lifting.test(text) ? 'sober' : 'bright';
}

/** The sentiment of a text by its happy and its sad words, for a language without a model: -1, 0 or 1. */
export function sentimentOf(text: string): number {
  return Number(lifting.test(text)) - Number(moodOf(text.replace(new RegExp(lifting, 'giu'), '')) !== 'bright');
}
