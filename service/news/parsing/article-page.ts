import type { Document, Element } from 'domhandler';
import * as z from 'zod';
import { decodeText } from './decode.ts';
import { type Entry, maxDocumentBytes, ParseError } from './document.ts';
import { html, literal, type RawEntry, toEntry } from './entries.ts';
import { elementsWhere, parseHtml, visibleText } from './html.ts';
import { oneLine } from './plain-text.ts';
import { resolveUrl } from './xml.ts';

/** A paragraph of fewer characters is a caption, a byline or a notice. */
const minParagraph = 80;
/** Elements of JSON-LD that are read. */
const maxNodes = 200;

const text = z.string().optional().catch(undefined);
const name = z.union([z.string(), z.object({ name: z.string() }).transform((person) => person.name)]);
const nodeShape = z.object({
  '@type': z.union([z.string().transform((type) => [type]), z.array(z.string())]),
  headline: text,
  description: text,
  datePublished: text,
  inLanguage: text,
  author: z
    .union([name.transform((one) => [one]), z.array(name)])
    .optional()
    .catch(undefined),
});
type ArticleNode = z.infer<typeof nodeShape>;

const listShape = z.union([z.array(z.unknown()), z.object({ '@graph': z.array(z.unknown()) }).transform((graph) => graph['@graph'])]);

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** The articles that a page describes as JSON-LD (https://schema.org/Article). */
function articleNodes(page: Document): ArticleNode[] {
  const scripts = elementsWhere(page, (element) => element.name === 'script' && /ld\+json/i.test(element.attribs.type ?? ''));
  const nodes = scripts
    .map((script) => parseJson(rawText(script)))
    .flatMap((data) => listShape.safeParse(data).data ?? [data])
    .flatMap((data) => listShape.safeParse(data).data ?? [data]);
  return nodes.slice(0, maxNodes).flatMap((data) => {
    const node = nodeShape.safeParse(data).data;
    return node?.['@type'].some((type) => /(?:Article|BlogPosting|Report)$/.test(type)) ? [node] : [];
  });
}

const rawText = (element: Element) => element.children.map((child) => ('data' in child ? child.data : '')).join('');

/** The values of `<meta>` by `name` or `property`, in the order of the names. */
function metaReader(page: Document): (...names: readonly string[]) => string[] {
  const byName = Map.groupBy(
    elementsWhere(page, (element) => element.name === 'meta'),
    ({ attribs }) => (attribs.property ?? attribs.name ?? attribs['http-equiv'] ?? attribs.itemprop ?? '').toLowerCase(),
  );
  return (...names) => names.flatMap((key) => byName.get(key) ?? []).flatMap(({ attribs }) => attribs.content ?? []);
}

const isWithin = (element: Element, names: readonly string[]): boolean => {
  for (let outer = element.parent; outer !== null; outer = outer.parent) if ('name' in outer && names.includes(outer.name)) return true;
  return false;
};

/** The first paragraph of the article: in `<article>` or `<main>` if the page has one. */
function firstParagraph(page: Document): string[] {
  const aside = ['aside', 'footer', 'nav', 'header', 'form', 'figcaption', 'noscript'];
  const paragraphs = elementsWhere(page, (element) => element.name === 'p' && !isWithin(element, aside));
  const inArticle = paragraphs.filter((paragraph) => isWithin(paragraph, ['article', 'main']));
  const isLong = (paragraph: Element) => oneLine(visibleText(paragraph)).length >= minParagraph;
  const found = inArticle.find(isLong) ?? paragraphs.find(isLong);
  return found === undefined ? [] : [visibleText(found)];
}

const hostOf = (url: string) => URL.parse(url)?.hostname.replace(/^(?:www|m|amp|mobile)\./, '');

/** The address that a page names as its own, unless it is one of another site. */
function canonicalLink(page: Document, url: string, ogUrls: readonly string[]): string | undefined {
  const links = elementsWhere(page, (element) => element.name === 'link' && /\bcanonical\b/i.test(element.attribs.rel ?? ''));
  const named = [...links.map((link) => link.attribs.href ?? ''), ...ogUrls].filter((link) => link !== '');
  return named.flatMap((link) => resolveUrl(link, url) ?? []).find((link) => hostOf(link) === hostOf(url));
}

export interface ArticlePageInput {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Absolute URL of the page, after redirects. */
  readonly url: string;
  readonly now: Date;
}

/** What a page says about its article: JSON-LD, Open Graph, other metadata, then its text. @throws {ParseError} */
export function parseArticlePage({ bytes, contentType, url, now }: ArticlePageInput): Entry {
  if (bytes.length > maxDocumentBytes) throw new ParseError('too_large', `The page has more than ${maxDocumentBytes} bytes.`);
  const page = parseHtml(decodeText(bytes, contentType));
  const elements = (elementName: string) => elementsWhere(page, (element) => element.name === elementName);
  const meta = metaReader(page);
  const articles = articleNodes(page);
  const fields = (key: 'headline' | 'description' | 'datePublished' | 'inLanguage') => articles.flatMap((article) => article[key] ?? []);
  const raw: RawEntry = {
    urls: [canonicalLink(page, url, meta('og:url')) ?? '', url],
    base: url,
    titles: [
      ...[...fields('headline'), ...meta('og:title', 'twitter:title')].map(html),
      ...[...elements('h1'), ...elements('title')].map((element) => literal(visibleText(element))),
    ],
    summaries: [
      ...[...fields('description'), ...meta('og:description', 'description', 'twitter:description', 'dc.description')].map(html),
      ...firstParagraph(page).map(literal),
    ],
    authors: [
      ...articles.flatMap(({ author }) => author ?? []),
      ...meta('author', 'parsely-author', 'dc.creator', 'article:author').filter((author) => !/^https?:/.test(author)),
    ],
    dates: [
      ...fields('datePublished'),
      ...meta(
        'article:published_time',
        'datepublished',
        'parsely-pub-date',
        'publish-date',
        'pubdate',
        'date',
        'dc.date',
        'dc.date.issued',
        'citation_publication_date',
      ),
      ...elements('time').flatMap((time) => [time.attribs.datetime ?? visibleText(time)]),
    ],
    languages: [...elements('html').map(({ attribs }) => attribs.lang), ...fields('inLanguage'), ...meta('og:locale', 'content-language')],
  };
  const entry = toEntry(raw, now);
  if (entry === undefined) throw new ParseError('malformed', 'The address of the page is not an http or https URL.');
  return entry;
}
