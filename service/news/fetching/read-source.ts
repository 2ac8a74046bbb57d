import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { type BodyLimits, readBody } from '../../outbound/body.ts';
import { canonicalUrl } from '../parsing/canonical-url.ts';
import { type Entry, type ParsedDocument, ParseError } from '../parsing/document.ts';
import { readArticlePage, readDocument } from '../parsing/parser.ts';
import { selectorsSchema } from '../parsing/selectors.ts';
import { fetchErrorOf } from './fetch-error.ts';
import type { SourceRow } from './fetch-rows.ts';
import type { FetchedDocument, NewsClient } from './news-client.ts';

/** Of one fetch: each request waits for the delay of its host. */
const [maxSitemaps, maxPages] = [3, 10];

type SourceTarget = Pick<SourceRow, 'url' | 'kind' | 'selectors' | 'etag' | 'last_modified'>;

export interface SourceDocument {
  readonly document: FetchedDocument;
  readonly entries: readonly Entry[];
  /** False: the next fetch reads the rest. */
  readonly isComplete: boolean;
}
/** Requests the document of a source and reads its entries. @throws {FetchError}; {ParseError}; the reason of the signal */
export type ReadSource = (source: SourceTarget, signal: AbortSignal) => Promise<SourceDocument>;

interface ReadSourceOptions {
  readonly db: Kysely<Tables>;
  readonly client: NewsClient;
  readonly parse: ParseDocument;
}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A sitemap without a title, or a list page without a summary or date: the page of the article has them. */
const needsPage = (kind: SourceRow['kind'], { title, summary, publishedAt }: Entry) =>
  title === '' || (kind === 'page' && (summary === '' || publishedAt === undefined));

/** What the document says, and the page of the article if the document has nothing. */
function merged(listed: Entry, page: Entry): Entry {
  return { ...page, ...listed, title: listed.title || page.title, summary: listed.summary || page.summary };
}

/** Reads the entries of a document, and nothing else. @throws {ParseError}; the reason of the signal */
export type ParseDocument = (
  document: Pick<FetchedDocument, 'bytes' | 'contentType' | 'url'>,
  source: Pick<SourceTarget, 'kind' | 'selectors'>,
  signal: AbortSignal,
) => Promise<ParsedDocument>;

export const createParseDocument =
  (limits: BodyLimits): ParseDocument =>
  async ({ bytes: sent, contentType, url }, { kind, selectors }, signal) => {
    // A sitemap in a file of gzip, which is no content encoding.
    const bytes = isGzip(sent) ? (await readBody(Readable.from([Buffer.from(sent)]), 'gzip', limits)).bytes : sent;
    return readDocument({ bytes, contentType, url, kind, selectors: selectorsSchema.safeParse(selectors).data, now: new Date() }, signal);
  };

export function createReadSource({ db, client, parse }: ReadSourceOptions): ReadSource {
  /** The entries of the newest sitemaps of an index. */
  async function readSitemaps(urls: readonly string[], source: SourceTarget, signal: AbortSignal): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const url of urls.slice(0, maxSitemaps)) {
      const document = await client.get(url, { kind: 'sitemap', signal });
      entries.push(...(await parse(document, source, signal)).entries);
    }
    return entries;
  }

  async function knownUrls(entries: readonly Entry[]): Promise<ReadonlySet<string>> {
    const urls = entries.flatMap(({ url }) => canonicalUrl(url) ?? []);
    const rows = urls.length === 0 ? [] : await db.selectFrom('news_articles').select('url').where('url', 'in', urls).execute();
    return new Set(rows.map(({ url }) => url));
  }

  /** The article of a page; undefined if the page cannot be read, which is no failure of its source. */
  async function readPage(url: string, signal: AbortSignal): Promise<Entry | undefined | 'busy'> {
    try {
      const page = await client.get(url, { kind: 'article', signal });
      return await readArticlePage({ ...page, now: new Date() }, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = fetchErrorOf(error);
      if (failure?.reason === 'host_busy' || failure?.reason === 'rate_limited') return 'busy';
      if (failure === undefined && !(error instanceof ParseError)) throw error;
      return undefined;
    }
  }

  /** Adds what the pages of new articles say. Articles that are stored already are dropped: their text would change to a part of it. */
  async function withPages(
    source: SourceTarget,
    entries: readonly Entry[],
    signal: AbortSignal,
  ): Promise<Pick<SourceDocument, 'entries' | 'isComplete'>> {
    const waiting = entries.filter((entry) => needsPage(source.kind, entry));
    const known = await knownUrls(waiting);
    const unread = waiting.filter(({ url }) => !known.has(canonicalUrl(url) ?? url));
    const complete = entries.filter((entry) => !needsPage(source.kind, entry));
    for (const [index, entry] of unread.entries()) {
      const page = index < maxPages ? await readPage(entry.url, signal) : 'busy';
      if (page === 'busy') return { entries: complete, isComplete: false };
      complete.push(page === undefined ? entry : merged(entry, page));
    }
    return { entries: complete, isComplete: true };
  }

  return async (source, signal) => {
    const { url, kind, etag, last_modified: lastModified } = source;
    const document = await client.get(url, { kind, validators: { etag, lastModified }, signal });
    if (!document.isModified) return { document, entries: [], isComplete: true };
    const { entries, sitemaps } = await parse(document, source, signal);
    return { document, ...(await withPages(source, [...entries, ...(await readSitemaps(sitemaps, source, signal))], signal)) };
  };
}
