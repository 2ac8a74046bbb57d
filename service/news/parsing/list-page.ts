import { is, selectAll, selectOne } from 'css-select';
import type { AnyNode, Element } from 'domhandler';
import { maxEntries, type ParsedDocument } from './document.ts';
import { languageOf, literal, type RawEntry, toEntry } from './entries.ts';
import { elementsWhere, parseHtml, visibleText } from './html.ts';
import { oneLine } from './plain-text.ts';
import type { Selectors } from './selectors.ts';
import { resolveUrl } from './xml.ts';

/** The first element that a selector finds in the item; the item itself, such as a link, if it matches. */
const find = (item: Element, selector: string): Element | undefined =>
  is<AnyNode, Element>(item, selector) ? item : (selectOne<AnyNode, Element>(selector, item) ?? undefined);

const textsOf = (element: Element | undefined) => (element === undefined ? [] : [visibleText(element)]);

const datesOf = (element: Element | undefined) =>
  element === undefined
    ? []
    : [element.attribs.datetime, element.attribs.content, visibleText(element)].filter((text) => text !== undefined);

function rawEntry(item: Element, selectors: Selectors, base: string, language: string | undefined): RawEntry {
  const { link = 'a[href]', title, summary, date = 'time', author } = selectors;
  const linked = find(item, link);
  const at = (selector: string | undefined) => (selector === undefined ? undefined : find(item, selector));
  return {
    urls: [linked?.attribs.href ?? ''],
    base,
    titles: [...textsOf(at(title)), ...textsOf(linked), linked?.attribs.title ?? ''].map(literal),
    summaries: textsOf(at(summary)).map(literal),
    authors: textsOf(at(author)),
    dates: datesOf(at(date)),
    languages: [item.attribs.lang, language],
  };
}

/** A page with links to articles. */
export function parseListPage(text: string, url: string, selectors: Selectors, now: Date): ParsedDocument {
  const page = parseHtml(text);
  const first = (name: string) => elementsWhere(page, (element) => element.name === name)[0];
  const base = resolveUrl(first('base')?.attribs.href ?? '', url) ?? url;
  const language = languageOf(first('html')?.attribs.lang);
  const title = oneLine(textsOf(first('title'))[0] ?? '');
  const items = selectAll<AnyNode, Element>(selectors.item, page).slice(0, maxEntries);
  return {
    entries: items.flatMap((item) => toEntry(rawEntry(item, selectors, base, language), now) ?? []),
    sitemaps: [],
    ...(title !== '' && { title }),
    ...(language !== undefined && { language }),
  };
}
