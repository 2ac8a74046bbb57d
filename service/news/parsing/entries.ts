import { tagOf } from '../../language/language-tags.ts';
import { parseDate } from './dates.ts';
import type { Entry } from './document.ts';
import { maxSummary, maxTitle, oneLine, plainText, shorten } from './plain-text.ts';
import { resolveUrl } from './xml.ts';

/** HTML, or text in which `<` and `&` mean themselves. */
export interface Markup {
  readonly text: string;
  readonly isHtml: boolean;
}
export const html = (text: string): Markup => ({ text, isHtml: true });
export const literal = (text: string): Markup => ({ text, isHtml: false });

/** The fields of an entry as a document has them: of each list, the first that is usable counts. */
export interface RawEntry {
  readonly urls: readonly string[];
  readonly base: string;
  readonly titles: readonly Markup[];
  readonly summaries: readonly Markup[];
  readonly authors: readonly string[];
  readonly dates: readonly string[];
  readonly languages: readonly (string | undefined)[];
}

const visible = ({ text, isHtml }: Markup) => (isHtml ? plainText(text) : oneLine(text));

const titleOf = (markup: readonly Markup[]) => shorten(markup.map(visible).find((text) => text !== '') ?? '', maxTitle);

/** A shorter description, such as "Read", is no summary if there is another. */
const minSummary = 30;

function summaryOf(markup: readonly Markup[]): string {
  let longest = '';
  for (const each of markup) {
    const text = visible(each);
    if (text.length > longest.length) longest = text;
    if (longest.length >= minSummary) break;
  }
  return shorten(longest, maxSummary);
}

function firstOf<From, To>(values: readonly From[], convert: (value: From) => To | undefined): To | undefined {
  for (const value of values) {
    const converted = convert(value);
    if (converted !== undefined) return converted;
  }
  return undefined;
}

const maxUrlLength = 2000;
const maxAuthor = 200;
const maxLanguageLength = 35;

function webUrl(text: string, base: string): string | undefined {
  const url = text.trim() === '' || text.length > maxUrlLength ? undefined : resolveUrl(text, base);
  return url !== undefined && /^https?:/.test(url) ? url : undefined;
}

/** `mail@example.com (A Name)`, the author of RSS. */
const withoutMail = (text: string) => text.replace(/^\S{1,100}@\S{1,100} \(([^)]{1,200})\)$/, '$1');

function authorOf(text: string): string | undefined {
  const name = shorten(withoutMail(plainText(text)), maxAuthor);
  return name === '' ? undefined : name;
}

export const languageOf = (text: string | undefined) => (text === undefined || text.length > maxLanguageLength ? undefined : tagOf(text));

/** @returns undefined for an entry without the address of a page */
export function toEntry(raw: RawEntry, now: Date): Entry | undefined {
  const url = firstOf(raw.urls, (text) => webUrl(text, raw.base));
  if (url === undefined) return undefined;
  const author = firstOf(raw.authors, authorOf);
  const publishedAt = firstOf(raw.dates, (text) => parseDate(text, now));
  const language = firstOf(raw.languages, languageOf);
  return {
    url,
    title: titleOf(raw.titles),
    summary: summaryOf(raw.summaries),
    ...(author !== undefined && { author }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(language !== undefined && { language }),
  };
}
