/** Instagram's limit, in UTF-16 units. */
export const maxCaption = 2200;

const sentenceEnd = /[.!?…]["'”’»)]?(?=\s)|[。！？]/g;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest beginning of a text that ends between two user-perceived characters: an emoji may be many UTF-16 units. */
export function wholeGraphemes(text: string, length: number): string {
  if (text.length <= length) return text;
  // An emoji is shorter than this.
  const from = Math.max(0, length - 100);
  const end = graphemes.segment(text.slice(from, length + 1)).containing(length - from)?.index ?? length - from;
  return text.slice(0, from + end);
}

/**
 * A text of at most so many UTF-16 units: ends after a sentence if that keeps enough of it, else after a word, with `…`.
 * @param enough share of the limit
 */
export function shorten(given: string, max: number = maxCaption, enough = 0.75): string {
  const text = given.trim();
  if (text.length <= max) return text;
  const head = text.slice(0, max);
  const end = [...head.matchAll(sentenceEnd)].map((match) => match.index + match[0].length).at(-1) ?? 0;
  if (end > max * enough) return head.slice(0, end);
  const space = head.slice(0, max - 1).search(/\s\S*$/);
  const kept = space > max * enough ? head.slice(0, space) : wholeGraphemes(head, max - 1);
  return `${kept.trimEnd()}…`;
}
