import { maxEntries, type ParsedDocument } from './document.ts';
import { html, languageOf, literal, type Markup, type RawEntry, toEntry } from './entries.ts';
import { plainText } from './plain-text.ts';
import { childOf, descendantsOf, elementsOf, resolveUrl, textOf, type XmlElement } from './xml.ts';

/** The elements of some names, in the order of the names. */
const named = (element: XmlElement, names: readonly string[]) =>
  names.flatMap((name) => elementsOf(element).filter((child) => child.name === name));

const texts = (element: XmlElement, names: readonly string[]) =>
  named(element, names)
    .map((child) => textOf(child).trim())
    .filter((text) => text !== '');

/** A text of Atom with its type: `text`, `html` or `xhtml`. What is neither, such as base64, is no text. */
function atomText(element: XmlElement): Markup[] {
  const { type = 'text', mode } = element.attributes;
  if (mode === 'base64') return [];
  if (/xhtml|xml$/.test(type) || type === 'text') return mode === 'escaped' ? [html(textOf(element))] : [literal(spacedText(element))];
  if (type === 'text/plain') return [literal(textOf(element))];
  return type.includes('html') ? [html(textOf(element))] : [];
}

/** The text of elements of XHTML, which separate words. */
const spacedText = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : ` ${spacedText(child)} `)).join('');

/** Links of Atom that lead to the page of an entry; those to HTML first. */
function atomLinks(element: XmlElement, name: string, rel = 'alternate'): string[] {
  const links = named(element, [name]).filter(({ attributes }) => (attributes.rel ?? 'alternate') === rel);
  const isPage = ({ attributes }: XmlElement) => /html/.test(attributes.type ?? 'text/html');
  return [...links.filter(isPage), ...links.filter((link) => !isPage(link))].map(
    (link) => resolveUrl(link.attributes.href ?? textOf(link), link.base) ?? '',
  );
}

/** An identifier that is a URL is the address of the page, unless the feed denies it. */
const guids = (item: XmlElement) =>
  named(item, ['guid', 'id'])
    .filter(({ attributes }) => attributes.ispermalink?.toLowerCase() !== 'false')
    .map((guid) => textOf(guid).trim())
    .filter((text) => /^https?:/.test(text));

const withBase = (item: XmlElement, name: string) => named(item, [name]).flatMap((link) => resolveUrl(textOf(link), link.base) ?? []);

const rssItem = (item: XmlElement, channel: XmlElement, feedLanguage: string | undefined): RawEntry => ({
  urls: [
    // The address of the publisher, if the links are those of a counter.
    ...texts(item, ['feedburner:origlink']),
    ...withBase(item, 'link').filter((_, index) => (texts(item, ['link'])[index] ?? '') !== ''),
    ...guids(item),
    ...atomLinks(item, 'atom:link'),
    ...[item.attributes['rdf:about'] ?? item.attributes.about ?? []].flat(),
  ],
  base: item.base,
  titles: texts(item, ['title', 'dc:title', 'media:title', 'itunes:title']).map(html),
  summaries: texts(item, [
    'description',
    'content:encoded',
    'itunes:summary',
    'media:description',
    'dc:description',
    'body',
    'content',
  ]).map(html),
  authors: [
    ...texts(item, ['dc:creator', 'author', 'itunes:author']),
    ...named(item, ['atom:author']).flatMap((author) => texts(author, ['atom:name'])),
  ],
  dates: texts(item, [
    'pubdate',
    'dc:date',
    'dcterms:created',
    'dcterms:issued',
    'atom:published',
    'published',
    'atom:updated',
    'dcterms:modified',
    'date',
  ]),
  languages: [...texts(item, ['dc:language', 'language']), item.language, feedLanguage, channel.language],
});

const atomEntry = (entry: XmlElement, feed: XmlElement, feedLanguage: string | undefined): RawEntry => ({
  urls: [...texts(entry, ['feedburner:origlink']), ...atomLinks(entry, 'link'), ...guids(entry), ...atomLinks(entry, 'link', 'self')],
  base: entry.base,
  titles: named(entry, ['title', 'dc:title', 'media:title']).flatMap(atomText),
  summaries: [
    ...named(entry, ['summary', 'content']).flatMap(atomText),
    ...descendantsOf(entry, 'media:description', 1).map((each) => html(textOf(each))),
  ],
  authors: [entry, ...named(entry, ['source']), feed].flatMap((owner) => [
    ...named(owner, ['author']).flatMap((author) => texts(author, ['name'])),
    ...texts(owner, ['dc:creator']),
  ]),
  dates: texts(entry, ['published', 'issued', 'created', 'dc:date', 'updated', 'modified']),
  languages: [...texts(entry, ['dc:language']), entry.language, feedLanguage],
});

/** RSS 0.9x, 1.0 and 2.0, and Atom 0.3 and 1.0. @param root the outermost element */
export function parseFeed(root: XmlElement, now: Date): ParsedDocument {
  const isAtom = root.name === 'feed';
  const channel = childOf(root, 'channel') ?? root;
  const title = plainText(texts(channel, ['title'])[0] ?? '');
  const language = languageOf(texts(channel, ['language', 'dc:language'])[0] ?? channel.language);
  const toRaw = isAtom ? atomEntry : rssItem;
  const elements = descendantsOf(root, isAtom ? 'entry' : 'item', maxEntries);
  return {
    entries: elements.flatMap((element) => toEntry(toRaw(element, channel, language), now) ?? []),
    sitemaps: [],
    ...(title !== '' && { title }),
    ...(language !== undefined && { language }),
  };
}
