import { createHash } from 'node:crypto';
import { normalized } from '../../language/words.ts';

/** Longest sequence of letters that counts as a word, in characters: longer than any English or Spanish word. */
export const longestWord = 60;

/** Longest part of a description that is quoted in a caption, in characters. */
const longestScene = 120;

const prefixes =
  /^(?:(?:this|here) is\s+)?(?:(?:an?|the|this|my|our)\s+)?(?:\p{L}+\s+)?(?:photo(?:graph)?|picture|image|shot|selfie|video)\s+(?:of|showing|with)\s+|^(?:(?:una?|la|el|esta|mi)\s+)?(?:foto(?:graf[ií]a)?|imagen|v[ií]deo|selfi)\s+(?:de|con|que muestra)\s+/iu;

/** Plain text of a description: no markup, links, control characters, repeated space or "a photo of". */
export function plainText(description: string): string {
  return normalized(description, 'NFC')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\bhttps?:\/\/\S+/gi, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, (character) => (character === '\u200d' ? character : ' '))
    .replace(/(?<![#@])[#@]+(?=[\p{L}\p{N}])/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(prefixes, '');
}

/** The end of a sentence in a text without repeated space. */
const sentenceEnd = /[.!?…](?= \p{Lu}| ?$)/u;

/** The part of a plain text that a caption repeats: its first sentence, cut between words; a question keeps its question mark. */
export function extractScene(text: string): string {
  const end = sentenceEnd.exec(text)?.index ?? text.length;
  const bare = text
    .slice(0, end + 1)
    .replace(/(?<![\s.!…,;:–—-])[\s.!…,;:–—-]+$/u, '')
    .replace(/^[\s.,;:!¡–—-]+/u, '');
  return sentenceCased(shortened(bare));
}

/** Converts text in capitals, which also avoids "bEACH DAY" after a colon. */
function sentenceCased(text: string): string {
  const loud = /\p{Lu}{3}\s/u.exec(text);
  const rest = loud === null ? '' : text.slice(loud.index + loud[0].length);
  const shouted = /\p{Lu}{2}/u.test(rest) && !/\p{Ll}/u.test(text);
  return capitalised(shouted ? text.toLocaleLowerCase() : text);
}

function shortened(text: string): string {
  if (text.length <= longestScene) return text;
  const head = text.slice(0, longestScene);
  const clause = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(' – '));
  if (clause > longestScene / 3) return head.slice(0, clause);
  const word = head.lastIndexOf(' ');
  // A dangling "of the" reads like a mistake; the ellipsis marks the cut.
  return `${(word > 0 ? head.slice(0, word) : [...head].slice(0, -1).join('')).replace(/(?:\s+(?:\p{L}{1,3}))+$/u, '')}…`;
}

/** With a capital first letter, except for words like "iPhone" that have a capital elsewhere. */
export function capitalised(text: string): string {
  if (/^\p{Ll}\p{L}*\p{Lu}/u.test(text)) return text;
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase() + rest.join('');
}

/** With a lower-case first letter, except for "I" and abbreviations. */
export function uncapitalised(text: string): string {
  if (/^(?:I(?!\p{L})|\p{Lu}{2})/u.test(text)) return text;
  const [first = '', ...rest] = text;
  return first.toLocaleLowerCase() + rest.join('');
}

/** `old friends` → `#OldFriends`; letters and digits only, accents stay. Undefined if nothing is left. */
export function hashtag(words: string): string | undefined {
  const joined = words
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(capitalised)
    .join('');
  return /\p{L}/u.test(joined) && joined.length <= 40 ? `#${joined}` : undefined;
}

/** A deterministic number for a text. */
export function seedOf(...parts: readonly string[]): number {
  return createHash('sha256').update(parts.join('\u0000')).digest().readUInt32BE(0);
}

/** The number of words, for usage. */
export function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

/** The first word, in lower case; empty if the text has none. */
export function firstWord(text: string): string {
  return /^[\p{L}\p{M}]+/u.exec(text)?.[0].toLowerCase() ?? '';
}
