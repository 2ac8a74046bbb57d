import { createHash } from 'node:crypto';

/** Longest part of a description that stands in a caption, in characters. */
const longestScene = 120;

const prefixes =
  /^(?:(?:an?|the|this|my|our)\s+)?(?:photo(?:graph)?|picture|image|shot|selfie|video)\s+(?:of|showing|with)\s+|^(?:(?:una?|la|el|esta|mi)\s+)?(?:foto(?:graf[ií]a)?|imagen|v[ií]deo|selfi)\s+(?:de|con|que muestra)\s+/i;

/** Plain text of a description: no markup, links, control characters or repeated space. */
export function plainText(description: string): string {
  return description
    .normalize('NFC')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\bhttps?:\/\/\S+/gi, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, (character) => (character === '\u200d' ? character : ' '))
    .replace(/[#@]+(?=[\p{L}\p{N}])/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The part of the text that a caption repeats: its first sentence, without "a photo of", cut between words. */
export function sceneOf(text: string): string {
  const sentence = /^.*?[.!?…](?=\s+\p{Lu}|\s*$)/u.exec(text)?.[0] ?? text;
  const bare = sentence
    .replace(prefixes, '')
    .replace(/[\s.!?…,;:–—-]+$/u, '')
    .replace(/^[\s.,;:!?–—-]+/u, '');
  return capitalised(shortened(bare || text));
}

function shortened(text: string): string {
  if (text.length <= longestScene) return text;
  const head = text.slice(0, longestScene);
  const clause = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(' – '));
  if (clause > longestScene / 3) return head.slice(0, clause);
  const word = head.lastIndexOf(' ');
  // A dangling "of the" reads like a mistake; the ellipsis says that it goes on.
  return `${(word > 0 ? head.slice(0, word) : [...head].slice(0, -1).join('')).replace(/(?:\s+(?:\p{L}{1,3}))+$/u, '')}…`;
}

export function capitalised(text: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase() + rest.join('');
}

export function uncapitalised(text: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleLowerCase() + rest.join('');
}

/** `old friends` → `#OldFriends`; letters and digits only, accents stay. Undefined when nothing is left. */
export function hashtag(words: string): string | undefined {
  const joined = words
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(capitalised)
    .join('');
  return /\p{L}/u.test(joined) && joined.length <= 40 ? `#${joined}` : undefined;
}

/** The same number for the same text, always. */
export function seedOf(...parts: readonly string[]): number {
  return createHash('sha256').update(parts.join('\u0000')).digest().readUInt32BE(0);
}

/** Words of a text, as a count for usage. */
export function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

/** The first word, in lower case; empty when the text has none. */
export function firstWord(text: string): string {
  return /^[\p{L}\p{M}]+/u.exec(text)?.[0].toLowerCase() ?? '';
}
