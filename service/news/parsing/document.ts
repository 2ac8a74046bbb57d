/** An article as a feed, a sitemap or a list page announces it. */
export interface Entry {
  /** Absolute http or https address, as the document has it: `canonicalUrl` makes the key of an article. */
  readonly url: string;
  /** Plain text; empty if the document has none, as sitemaps: the page of the article has it. */
  readonly title: string;
  /** Plain text of at most 500 characters; empty if the document has none. */
  readonly summary: string;
  readonly author?: string;
  /** Missing if the document has no date, or one that cannot be right: unreadable, the epoch, or more than a day in the future. */
  readonly publishedAt?: Date;
  /** BCP 47, as the entry or its document declares it. */
  readonly language?: string;
}

export interface ParsedDocument {
  /** At most `maxEntries`, in the order of the document; of a larger sitemap, the newest. */
  readonly entries: readonly Entry[];
  /** Other sitemaps, if the document is an index; the newest first. */
  readonly sitemaps: readonly string[];
  readonly title?: string;
  readonly language?: string;
}

export const maxEntries = 1000;
export const maxDocumentBytes = 5 * 1024 * 1024;

/** `too_large`: more bytes than `maxDocumentBytes`. `too_complex`: takes too long. `malformed`: not of the format that it starts as. `unknown_format`: another. */
export type ParseErrorCode = 'too_large' | 'too_complex' | 'malformed' | 'unknown_format' | 'invalid_selector';

/** The only error of this folder for a document. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly code: ParseErrorCode;

  constructor(code: ParseErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
