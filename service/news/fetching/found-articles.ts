import { isIP } from 'node:net';
import { isPublicAddress } from '../../outbound/addresses.ts';
import { canonicalUrl } from '../parsing/canonical-url.ts';
import type { Entry } from '../parsing/document.ts';
import { contentHash, simHash } from '../parsing/hashes.ts';

/** An article that a document announces, as it is stored. */
export interface FoundArticle {
  /** Canonical. */
  readonly url: string;
  readonly title: string;
  readonly summary: string;
  readonly author: string | null;
  readonly publishedAt: Date | null;
  readonly language: string | null;
  readonly contentHash: Uint8Array;
  readonly simHash: bigint | null;
}

/** Names of private networks (RFC 6761, RFC 6762, RFC 8375); a name without a dot is one too. */
const privateName = /^[^.]+$|\.(?:localhost|local|internal|home\.arpa|invalid|onion)$/;

/** Whether readers can follow a link: it does not lead to their own network. Names are not resolved. */
function isPublicLink(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? !privateName.test(host) : isPublicAddress(host);
}

/** The database stores neither NUL nor half of a pair of UTF-16. */
const storable = (text: string, length: number) => text.replaceAll('\0', '').slice(0, length).toWellFormed();

function toArticle(url: string, entry: Entry): FoundArticle {
  const [title, summary] = [storable(entry.title, 300), storable(entry.summary, 500)];
  return {
    url,
    title,
    summary,
    author: entry.author === undefined ? null : storable(entry.author, 200),
    publishedAt: entry.publishedAt ?? null,
    language: entry.language === undefined ? null : storable(entry.language, 35),
    contentHash: contentHash({ url, title, summary }),
    simHash: simHash(`${title}\n${summary}`) ?? null,
  };
}

/** The articles of a document, each address once: the first entry counts. Links that readers cannot follow are dropped. */
export function foundArticles(entries: readonly Entry[], isLinkAllowed = isPublicLink): FoundArticle[] {
  const byUrl = new Map<string, Entry>();
  for (const entry of entries) {
    const url = canonicalUrl(entry.url);
    if (url !== undefined && entry.title !== '' && !byUrl.has(url) && isLinkAllowed(url)) byUrl.set(url, entry);
  }
  return [...byUrl].map(([url, entry]) => toArticle(url, entry));
}
