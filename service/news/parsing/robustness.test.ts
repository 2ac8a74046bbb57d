import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseArticlePage } from './article-page.ts';
import { ParseError } from './document.ts';
import { parseDocument } from './parse-document.ts';

const now = new Date('2026-01-01T00:00:00Z');
const url = 'https://example.com/feed';
const folder = join(import.meta.dirname, 'samples');
const documents = readdirSync(folder).map((file) => readFileSync(join(folder, file)));

/** Documents of publishers with bytes removed, replaced, repeated or inserted. */
const damaged = fc
  .record({
    bytes: fc.constantFrom(...documents),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 40 }),
    inserted: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom('<', '>', '&', '<![CDATA[', ']]>', '<!--', '</item>', '<item>', '"').map((text) => Buffer.from(text)),
    ),
  })
  .map(({ bytes, from, removed, inserted }) => {
    const at = Math.floor(from * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
  });

const tokens = fc.constantFrom(
  ...[
    '<rss>',
    '<channel>',
    '<item>',
    '</item>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    '<entry>',
    '</entry>',
    '<title>',
    '</title>',
    '<link>',
    '</link>',
  ],
  ...[
    '<link href="/a"/>',
    'https://a.example/',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '&#0;',
    '<p>',
    '<br>',
    '<urlset>',
    '<url><loc>',
    '<!DOCTYPE a [',
    '<!ENTITY b "c">',
    '&b;',
  ],
  ...[
    'xml:base="//"',
    '<a xmlns:x="y">',
    '<x:item>',
    '{"items":[',
    '{"url":"/a"}',
    '{"url":"/a","title":"\\ud800\\u0000"}',
    ',',
    ']}',
    '\u0000',
    '\ud800',
    'á',
  ],
);
const structured = fc.array(tokens, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));

const input = fc.record({
  bytes: fc.oneof(fc.uint8Array({ maxLength: 200 }), structured, damaged),
  contentType: fc.constantFrom(
    '',
    'text/xml',
    'text/html; charset=utf-8',
    'application/xml; charset="gb2312"',
    'text/xml; charset=utf-16',
    'x; charset=none',
  ),
  kind: fc.constantFrom('feed', 'sitemap', 'page'),
});

describe('For any bytes', () => {
  test('a document is read, or a ParseError is thrown', () => {
    fc.assert(
      fc.property(input, ({ bytes, contentType, kind }) => {
        try {
          for (const entry of parseDocument({ bytes, contentType, url, kind, selectors: { item: 'item, a, p' }, now }).entries) {
            expect(entry.url).toMatch(/^https?:/);
            expect(entry.title.length).toBeLessThanOrEqual(300);
            expect(entry.summary.length).toBeLessThanOrEqual(500);
            expect(entry.publishedAt?.getTime() ?? 1).toBeGreaterThan(0);
            for (const text of [entry.title, entry.summary, entry.author ?? ''])
              expect([text.isWellFormed(), text.includes('\0')]).toEqual([true, false]);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('the page of an article has an address and plain texts', () => {
    fc.assert(
      fc.property(input, ({ bytes, contentType }) => {
        const { url: address, title, summary } = parseArticlePage({ bytes, contentType, url, now });
        expect(new URL(address).hostname).toBe('example.com');
        for (const text of [title, summary]) expect([text.isWellFormed(), text.includes('\0')]).toEqual([true, false]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('A document of 5 MB', () => {
  const fill = (text: string) => text.repeat(Math.floor((5 * 1024 * 1024 - 200) / text.length));
  const item = '<item><link>/a</link><title>A</title></item>';

  test.each([
    ['items', '<rss><channel>', item, 1000],
    ['elements in one element', `<rss><channel>${item}`, '<a/>', 1],
    ['elements in each other', `<rss><channel>${item}`, '<a>', 1],
    ['items without end', '<rss><channel>', '<item><link>/a</link>', 400],
    ['namespaces', `<rss><channel>${item}`, '<a xmlns:b="c"/>', 1],
    ['attributes', `<rss><channel>${item}<a `, 'b="c" ', 1],
    ['sections without end', `<rss><channel>${item}`, '<![CDATA[', 1],
  ])('is read: many %s', (_, start, repeated, least) => {
    const bytes = Buffer.from(start + fill(repeated));
    expect(parseDocument({ bytes, contentType: '', url, kind: 'feed', now }).entries.length).toBeGreaterThanOrEqual(least);
  });

  test.each(['<i></i>', '<p><a href="/a">A</a></p>', '<div>', '<table><tr><td>', '<script>'])(
    'that is a page is read: many %s',
    (repeated) => {
      const bytes = Buffer.from(`<a href="/a">A</a>${fill(repeated)}`);
      const page = { bytes, contentType: '', url, now };
      expect(parseDocument({ ...page, kind: 'page', selectors: { item: 'a' } }).entries.length).toBeGreaterThanOrEqual(1);
      expect(parseArticlePage(page).url).toBe(url);
    },
  );
});

describe('An entity that a document defines', () => {
  const item = (title: string) => `<item><title>${title}</title><link>/a</link></item>`;
  const titleOf = (doctype: string, text: string) =>
    parseDocument({
      bytes: Buffer.from(`<?xml version="1.0"?><!DOCTYPE rss [${doctype}]><rss><channel>${item(text)}</channel></rss>`),
      contentType: '',
      url,
      kind: 'feed',
      now,
    }).entries[0]?.title;

  test.each([
    ['that grows exponentially', '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">', '&c;'],
    ['that grows with the square', `<!ENTITY a "${'a'.repeat(10_000)}">`, '&a;&a;&a;'],
    ['that is a file', '<!ENTITY a SYSTEM "file:///etc/passwd">', '&a;'],
  ])('is not replaced: one %s', (_, doctype, text) => {
    expect(titleOf(doctype, text)).toBe(text);
  });
});
