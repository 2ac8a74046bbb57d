import { repairEncoding } from './decode.ts';
import { parseHtml, visibleText } from './html.ts';

/** Characters of HTML that are read for a text: a summary has at most 500. */
const maxLength = 20_000;

/** Controls and formatting characters that are not visible, or change the direction of the text around them. PostgreSQL accepts no U+0000. */
const invisible = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD\uFFF9-\uFFFB]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const spaces = /[\s\u0000-\u001F\u007F-\u009F]+/g;

/** A text in one line, without invisible characters. */
export const oneLine = (text: string) => repairEncoding(text).toWellFormed().replace(invisible, '').replace(spaces, ' ').trim();

const stripTags = (html: string) => visibleText(parseHtml(html));

/** A text that still has tags or entities after they were decoded was encoded twice. */
const isEncodedTwice = (text: string) =>
  /<\/?(?:p|br|a|b|i|em|strong|div|span|img|li|ul)[\s/>]|&(?:amp|lt|gt|quot|nbsp|#\d{1,6}|[aeiou]acute|ntilde);/i.test(text);

/** The visible text of HTML, in one line. */
export function plainText(html: string): string {
  const start = html.slice(0, maxLength);
  const text = /[<&]/.test(start) ? stripTags(start) : start;
  return oneLine(isEncodedTwice(text) ? stripTags(text) : text);
}

const sentenceEnds = /[.!?…。！？][)\]"'»”’]?(?=\s)/g;

/** At most `max` characters of a line: whole sentences if they are at least half of that, else whole words. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const start = text.slice(0, max + 1);
  const end = [...start.matchAll(sentenceEnds)].map(({ 0: match, index }) => index + match.length).findLast((index) => index <= max);
  if (end !== undefined && end >= max / 2) return start.slice(0, end);
  const space = start.slice(0, max).lastIndexOf(' ');
  const words = start.slice(0, space > max / 2 ? space : max - 1);
  return `${words
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .replace(/[\s,;:–-]$/, '')}…`;
}

export const maxSummary = 500;
export const maxTitle = 300;
