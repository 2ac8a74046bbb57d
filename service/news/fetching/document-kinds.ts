import type { SourceKind } from '../../../contract/news.ts';

/** `article`: a page that a source of the kind `page` links to. */
export type DocumentKind = SourceKind | 'article';

const markup = /^(?:application\/(?:.+\+)?xml|text\/xml)$/;
/** Types that servers send if they do not know better. */
const generic = /^(?:text\/plain|application\/octet-stream)?$/;
const html = /^(?:text\/html|application\/xhtml\+xml)$/;

interface DocumentRules {
  readonly accept: string;
  readonly types: readonly RegExp[];
}
const page: DocumentRules = { accept: 'text/html, application/xhtml+xml;q=0.9', types: [html, /^$/] };

/** The types that are requested, and those that are parsed: many feeds are sent as HTML. */
export const documentRules: Readonly<Record<DocumentKind, DocumentRules>> = {
  feed: {
    accept: 'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1',
    types: [markup, generic, html, /^application\/(?:.+\+)?json$/],
  },
  sitemap: { accept: 'application/xml, text/xml, */*;q=0.1', types: [markup, generic, html, /^application\/(?:x-)?gzip$/] },
  page,
  article: page,
};

/** Whether a response with this Content-Type may be a document of the kind. */
export function isExpectedType(kind: DocumentKind, contentType: string): boolean {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return documentRules[kind].types.some((pattern) => pattern.test(type));
}
