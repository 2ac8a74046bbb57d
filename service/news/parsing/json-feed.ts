import * as z from 'zod';
import { maxEntries, type ParsedDocument, ParseError } from './document.ts';
import { html, languageOf, literal, toEntry } from './entries.ts';
import { oneLine } from './plain-text.ts';

/** A field of another type than the specification says counts as missing. */
const text = z.string().optional().catch(undefined);
const author = z.object({ name: text }).optional().catch(undefined);
const authors = z.array(author).optional().catch(undefined);
const shape = z.object({
  title: text,
  language: text,
  author,
  authors,
  items: z.array(z.unknown()),
});
const item = z.object({
  id: text,
  url: text,
  external_url: text,
  title: text,
  summary: text,
  content_text: text,
  content_html: text,
  date_published: text,
  date_modified: text,
  language: text,
  author,
  authors,
});

const present = (values: readonly (string | undefined)[]) => values.filter((value) => value !== undefined);
const namesOf = (owner: Pick<z.infer<typeof item>, 'author' | 'authors'>) =>
  present([...(owner.authors ?? []), owner.author].map((each) => each?.name));

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new ParseError('malformed', 'The document is not valid JSON.');
  }
}

/** https://www.jsonfeed.org/version/1.1/ */
export function parseJsonFeed(source: string, url: string, now: Date): ParsedDocument {
  const parsed = shape.safeParse(parseJson(source));
  if (!parsed.success) throw new ParseError('unknown_format', 'The JSON is no feed: it has no items.');
  const feed = parsed.data;
  const language = languageOf(feed.language);
  const title = oneLine(feed.title ?? '');
  const entries = feed.items.slice(0, maxEntries).flatMap((each) => {
    const { data } = item.safeParse(each);
    if (data === undefined) return [];
    const raw = {
      urls: present([data.url, data.external_url, /^https?:/.test(data.id ?? '') ? data.id : undefined]),
      base: url,
      titles: present([data.title]).map(literal),
      summaries: [...present([data.summary, data.content_text]).map(literal), ...present([data.content_html]).map(html)],
      authors: [...namesOf(data), ...namesOf(feed)],
      dates: present([data.date_published, data.date_modified]),
      languages: [data.language, feed.language],
    };
    return toEntry(raw, now) ?? [];
  });
  return { entries, sitemaps: [], ...(title !== '' && { title }), ...(language !== undefined && { language }) };
}
