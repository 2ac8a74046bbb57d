import { decodeText } from './decode.ts';
import { maxDocumentBytes, type ParsedDocument, ParseError } from './document.ts';
import { parseFeed } from './feed.ts';
import { parseJsonFeed } from './json-feed.ts';
import { elementsOf, parseXml } from './xml.ts';

export interface ParseInput {
  readonly bytes: Uint8Array;
  /** The header of the response; empty if it has none. */
  readonly contentType: string;
  /** Absolute URL of the document, after redirects. */
  readonly url: string;
  /** A date of publication is not later. */
  readonly now: Date;
}

const roots = new Set(['rss', 'rdf:rdf', 'feed', 'channel']);

/** @throws {ParseError} */
export function parseDocument({ bytes, contentType, url, now }: ParseInput): ParsedDocument {
  if (bytes.length > maxDocumentBytes) throw new ParseError('too_large', `The document has more than ${maxDocumentBytes} bytes.`);
  const text = decodeText(bytes, contentType);
  if (/^\s*\{/.test(text)) return parseJsonFeed(text, url, now);
  const root = elementsOf(parseXml(text, url)).find(({ name }) => roots.has(name));
  if (root === undefined) throw new ParseError('unknown_format', 'The document is no feed.');
  return parseFeed(root, now);
}
