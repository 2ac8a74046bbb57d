import { parseDate } from './dates.ts';
import { maxEntries, type ParsedDocument } from './document.ts';
import { html, toEntry } from './entries.ts';
import { childOf, descendantsOf, textOf, type XmlElement } from './xml.ts';

const textIn = (element: XmlElement | undefined, name: string) => {
  const child = element === undefined ? undefined : childOf(element, name);
  return child === undefined ? [] : [textOf(child).trim()];
};

/** The newest `maxEntries`; in the order of the document if these are all. What has no date is the oldest. */
function newest(elements: readonly XmlElement[], dateOf: (element: XmlElement) => string, now: Date): readonly XmlElement[] {
  if (elements.length <= maxEntries) return elements;
  const times = new Map(elements.map((element) => [element, parseDate(dateOf(element), now)?.getTime() ?? 0]));
  return elements.toSorted((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0)).slice(0, maxEntries);
}

const modified = (element: XmlElement) => textIn(element, 'lastmod')[0] ?? '';

/** `lastmod` is no date of publication: only the extension for news has one. */
function newsOf(url: XmlElement, now: Date) {
  const news = childOf(url, 'news:news');
  const publication = news === undefined ? undefined : childOf(news, 'news:publication');
  const raw = {
    urls: textIn(url, 'loc'),
    base: url.base,
    titles: textIn(news, 'news:title').map(html),
    summaries: [],
    authors: [],
    dates: textIn(news, 'news:publication_date'),
    languages: textIn(publication, 'news:language'),
  };
  return toEntry(raw, now) ?? [];
}

const isWeb = (url: string) => /^https?:\/\//.test(url);

/** https://www.sitemaps.org/protocol.html with the extension for news, and indexes of sitemaps. @param root the outermost element */
export function parseSitemap(root: XmlElement, now: Date): ParsedDocument {
  const all = (name: string) => newest(descendantsOf(root, name, Number.POSITIVE_INFINITY), modified, now);
  if (root.name === 'sitemapindex') {
    const sitemaps = all('sitemap').flatMap((element) => textIn(element, 'loc'));
    return { entries: [], sitemaps: sitemaps.filter(isWeb) };
  }
  return { entries: all('url').flatMap((url) => newsOf(url, now)), sitemaps: [] };
}

/** A sitemap as text: one address a line. */
export function parseTextSitemap(text: string, url: string, now: Date): ParsedDocument {
  const lines = text.split(/[\r\n]+/, maxEntries).filter(isWeb);
  const fields = { base: url, titles: [], summaries: [], authors: [], dates: [], languages: [] };
  return { entries: lines.flatMap((line) => toEntry({ ...fields, urls: [line] }, now) ?? []), sitemaps: [] };
}
