import type { SourceKind } from '../../../contract/news.ts';
import { decodeText } from './decode.ts';
import { maxDocumentBytes, type ParsedDocument, ParseError } from './document.ts';
import { parseFeed } from './feed.ts';
import { parseJsonFeed } from './json-feed.ts';
import { parseListPage } from './list-page.ts';
import type { Selectors } from './selectors.ts';
import { parseSitemap, parseTextSitemap } from './sitemap.ts';
import { elementsOf, parseXml, type XmlElement } from './xml.ts';

export interface ParseInput {
  readonly bytes: Uint8Array;
  /** The header of the response; empty if it has none. */
  readonly contentType: string;
  /** Absolute URL of the document, after redirects. */
  readonly url: string;
  readonly kind: SourceKind;
  /** Of a `page`. */
  readonly selectors?: Selectors | undefined;
  /** No date of publication is later. */
  readonly now: Date;
}

const readers: Readonly<Record<string, (root: XmlElement, now: Date) => ParsedDocument>> = {
  rss: parseFeed,
  'rdf:rdf': parseFeed,
  feed: parseFeed,
  channel: parseFeed,
  urlset: parseSitemap,
  sitemapindex: parseSitemap,
};

/** A site may have a feed as its sitemap: the document shows which it is. */
function parseFeedOrSitemap(text: string, { url, kind, now }: ParseInput): ParsedDocument {
  if (/^\s*\{/.test(text)) return parseJsonFeed(text, url, now);
  if (kind === 'sitemap' && /^\s*https?:\/\//.test(text)) return parseTextSitemap(text, url, now);
  for (const root of elementsOf(parseXml(text, url))) {
    const reader = Object.hasOwn(readers, root.name) ? readers[root.name] : undefined;
    if (reader !== undefined) return reader(root, now);
  }
  throw new ParseError('unknown_format', 'The document is neither a feed nor a sitemap.');
}

/** @throws {ParseError} and nothing else, for any bytes */
export function parseDocument(input: ParseInput): ParsedDocument {
  const { bytes, contentType, url, kind, selectors, now } = input;
  if (bytes.length > maxDocumentBytes) throw new ParseError('too_large', `The document has more than ${maxDocumentBytes} bytes.`);
  const text = decodeText(bytes, contentType);
  if (kind !== 'page') return parseFeedOrSitemap(text, input);
  if (selectors === undefined) throw new ParseError('invalid_selector', 'A list page needs selectors.');
  return parseListPage(text, url, selectors, now);
}
