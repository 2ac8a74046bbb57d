/** Signs that are emoji only if a variation selector follows. */
const textSigns = '©®‼⁉™ℹ\\u2194-\\u2199\\u21A9\\u21AA';
const one = `(?:[[\\p{Emoji}[\\p{Extended_Pictographic}&&[\\u{1F000}-\\u{1FAFF}]]]--[0-9#*${textSigns}]]|[${textSigns}]\\uFE0F)`;
/** Emoji side by side, with the selectors, joiners and tags that belong to them. */
const emoji = new RegExp(`${one}(?:${one}|[\\uFE0E\\uFE0F\\u200D\\u20E3\\u{E0020}-\\u{E007F}])*`, 'gv');
/** The digit or sign of a keycap is text. */
const keycap = /([0-9#*])\uFE0F?\u20E3/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Replaces emoji until the spaces around them are removed; a character for private use. */
const gap = '\uE001';
const gaps = / ?\uE001(?: ?\uE001)* ?/gu;
const startsLine = /(?:^|\n)$/u;
const endsSentence = /^(?:$|[\n.,;:!?…)\]}»”’、。！？])/u;

/** A text with the first emoji only, and without the spaces that the others leave behind. Digits, `#`, `©` and `™` are text. */
export function limitEmoji(text: string, max: number): string {
  let left = max;
  const marked = text
    .replaceAll(gap, '')
    .replace(keycap, max === 0 ? '$1' : '$&')
    .replace(emoji, (found) => {
      const all = [...graphemes.segment(found)].map(({ segment }) => segment);
      const kept = all.slice(0, left);
      left -= kept.length;
      return kept.length === all.length ? found : `${kept.join('')}${gap}`;
    });
  if (!marked.includes(gap)) return marked;
  const spaced = marked.replace(/[ \t]+/gu, ' ');
  return spaced.replace(gaps, (found: string, at: number) => {
    const isEdge = startsLine.test(spaced.slice(Math.max(0, at - 1), at)) || endsSentence.test(spaced.slice(at + found.length)[0] ?? '');
    return isEdge ? '' : ' ';
  });
}
