import { describe, expect, test } from '@jest/globals';
import { readArticlePage, readDocument } from './parser.ts';

const now = new Date('2025-07-01T00:00:00Z');
const url = 'https://example.com/feed';
const common = { contentType: '', url, now };
const item = '<item><title>A</title><link>/a</link><pubDate>Tue, 10 Jun 2025 09:41:01 GMT</pubDate></item>';
const feedOf = (items: number) => new TextEncoder().encode(`<rss><channel>${item.repeat(items)}</channel></rss>`);

describe.each([
  ['A small document, parsed on the event loop', 1],
  ['A large document, parsed in a thread', 3000],
])('%s', (_, items) => {
  test('returns its entries', async () => {
    const { entries } = await readDocument({ ...common, bytes: feedOf(items), kind: 'feed' });
    expect(entries[0]).toEqual({ url: 'https://example.com/a', title: 'A', summary: '', publishedAt: new Date('2025-06-10T09:41:01Z') });
  });

  test('throws a ParseError if it is of another kind', async () => {
    const bytes = new TextEncoder().encode(`<html>${'<p>text</p>'.repeat(items * 10)}</html>`);
    await expect(readDocument({ ...common, bytes, kind: 'feed' })).rejects.toMatchObject({ name: 'ParseError', code: 'unknown_format' });
  });

  test('may be the page of an article', async () => {
    const bytes = new TextEncoder().encode(`<title>A title</title>${'<p>text</p>'.repeat(items * 10)}`);
    await expect(readArticlePage({ ...common, bytes })).resolves.toEqual({ url, title: 'A title', summary: '' });
  });
});

test('rejects with the reason of the signal', async () => {
  const reason = new Error('stopped');
  await expect(readDocument({ ...common, bytes: feedOf(3000), kind: 'feed' }, AbortSignal.abort(reason))).rejects.toBe(reason);
});
