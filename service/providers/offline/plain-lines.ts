import { normalized } from '../../language/words.ts';

/** Links, e-mail addresses, mentions, hashtags and host names: captions hold them as they are. */
export const tokenPattern =
  'https?:\\/\\/\\S+|www\\.\\S+|(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+|[@#][\\p{L}\\p{M}\\p{N}_]+(?:\\.[\\p{L}\\p{N}_]+)*';

/** Punctuation after a link or a name is no part of it. */
const trailing = /^[.,;:!?)\]}"'»”…]$/u;

/** The parts of a text in turn: text, token, text, token, … */
export function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(new RegExp(tokenPattern, 'giu'))) {
    let end = match.length;
    while (end > 1 && trailing.test(match[end - 1] ?? '')) end -= 1;
    parts.push(text.slice(from, index), match.slice(0, end));
    from = index + end;
  }
  return [...parts, text.slice(from)];
}

/** Changes a text except for its tokens. */
export const outsideTokens = (text: string, change: (part: string) => string) =>
  partsOf(text)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');

/** A text without its tokens. */
export const withoutTokens = (text: string) =>
  partsOf(text)
    .filter((_, index) => index % 2 === 0)
    .join(' ');

export const endsWithToken = (text: string) => text !== '' && partsOf(text).at(-1) === '';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'" };
const code = /<\/?(?:script|style)\b[^<>]*>/i;
const blockTag = /<\/?(?:br|p|li|ul|ol|div|h[1-6]|tr)\b[^<>]*>/gi;
const anyTag = /<[a-z/!][^<>]*>/gi;

/** Without HTML: a block ends a line, scripts and styles are dropped. */
function withoutHtml(text: string): string {
  if (!/<[a-z/!]|&[a-z#]/i.test(text)) return text;
  const kept = text.split(code).filter((_, index) => index % 2 === 0);
  return kept
    .join(' ')
    .replace(blockTag, '\n')
    .replace(anyTag, '')
    .replace(/&(amp|lt|gt|quot|apos|nbsp|#39);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

/** A line without Markdown. A list item starts with "•". */
const withoutMarkdown = (line: string) =>
  outsideTokens(
    line
      .replace(/!?\[([^[\]]*)\]\(([^()\s]*)\)/g, (whole, label: string, url: string) => (whole.startsWith('!') ? label : `${label} ${url}`))
      .replace(/^ {0,3}(?:#{1,6}|>) /, '')
      .replace(/^ {0,3}[-*+•] /, '• '),
    (part) =>
      part
        .replace(/(?<!\p{L})\*{1,3}|\*{1,3}(?!\p{L})|`+|~~/gu, '')
        .replace(/(?<![\p{L}\p{N}])_{1,2}(?=\p{L})|(?<=[\p{L}.!?])_{1,2}(?![\p{L}\p{N}_])/gu, ''),
  );

const isRule = (line: string) => /^[-*_=`~#|\s]+$/.test(line) && line.trim() !== '';

/** A description as lines of plain text, as the caller wrote them: no markup, control characters or repeated space. */
export function plainLines(description: string): string {
  const text = withoutHtml(normalized(description, 'NFC').replaceAll('\r\n', '\n'));
  const lines = text.split('\n').filter((line) => !isRule(line));
  return lines
    .map((line) =>
      withoutMarkdown(line)
        .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, (character) => (character === '\u200d' ? character : ' '))
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
