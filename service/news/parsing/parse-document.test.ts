import { describe, expect, test } from '@jest/globals';
import { parseDocument } from './parse-document.ts';

const now = new Date('2025-07-01T00:00:00Z');
const url = 'https://example.com/feeds/all';
const parse = (text: string, contentType = '') =>
  parseDocument({ bytes: new TextEncoder().encode(text), contentType, url, kind: 'feed', now });

const rss = (items: string, channel = '') => `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:x="http://www.w3.org/2005/Atom"><channel><title>News</title>${channel}${items}</channel></rss>`;
const atom = (entries: string) =>
  `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="/blog/"><title>News</title>${entries}</feed>`;

describe('An RSS feed', () => {
  test('becomes entries with plain text and absolute links', () => {
    const item = `<item><title><![CDATA[Cribado &amp; prevenci&oacute;n]]></title><link>/a?b=1&amp;c=2</link>
      <description>&lt;p&gt;Primera.&lt;/p&gt;&lt;p&gt;Segunda&amp;nbsp;frase.&lt;script&gt;no()&lt;/script&gt;&lt;/p&gt;</description>
      <dc:creator>Ana Ruiz</dc:creator><pubDate>Tue, 10 Jun 2025 09:41:01 +0200</pubDate></item>`;
    expect(parse(rss(item, '<language>es-es</language>'))).toEqual({
      title: 'News',
      language: 'es-ES',
      sitemaps: [],
      entries: [
        {
          url: 'https://example.com/a?b=1&c=2',
          title: 'Cribado & prevención',
          summary: 'Primera. Segunda frase.',
          author: 'Ana Ruiz',
          publishedAt: new Date('2025-06-10T07:41:01Z'),
          language: 'es-ES',
        },
      ],
    });
  });

  test.each([
    ['of the link', '<link>https://a.example/1</link><guid>https://a.example/2</guid>', 'https://a.example/1'],
    ['of a permanent identifier', '<guid>https://a.example/2</guid>', 'https://a.example/2'],
    ['of a link of Atom, under any prefix', '<x:link href="https://a.example/3"/>', 'https://a.example/3'],
    [
      'of the publisher, not of the counter',
      '<link>https://count.example/</link><feedburner:origLink>https://a.example/4</feedburner:origLink>',
      'https://a.example/4',
    ],
  ])('has the address %s', (_, fields, expected) => {
    expect(parse(rss(`<item><title>A</title>${fields}</item>`)).entries.map((entry) => entry.url)).toEqual([expected]);
  });

  test.each([
    ['without an address', '<guid isPermaLink="false">https://a.example/2</guid>'],
    ['with an address of no page', '<link>javascript:alert(1)</link>'],
  ])('has no entry for an item %s', (_, fields) => {
    expect(parse(rss(`<item><title>A</title>${fields}</item>`)).entries).toEqual([]);
  });

  test('is read as far as it goes if it ends early, or has wrong end tags', () => {
    const item = (id: number) => `<item><title>Title ${id}</title><link>https://a.example/${id}</link></item>`;
    const titles = (text: string) => parse(text).entries.map((entry) => [entry.title, entry.url]);
    const both = [1, 2].map((id) => [`Title ${id}`, `https://a.example/${id}`]);
    const whole = rss(item(1) + item(2));
    expect(titles(whole.slice(0, whole.indexOf('</item></channel>')))).toEqual(both);
    expect(titles(whole.slice(0, whole.indexOf('</link></item></channel>') - 1))).toEqual(both.slice(0, 1));
    expect(titles(whole.replace('</title><link>', '<link>'))).toEqual(both);
    expect(titles(whole.replace('1</title>', '1</titel>'))).toEqual(both);
    expect(titles(whole.replace('</item>', ''))).toEqual(both);
  });

  test('has the first description of some length as summary', () => {
    const fields =
      '<link>/a</link><description>Leer</description><content:encoded>Una frase que es un resumen del artículo.</content:encoded>';
    expect(parse(rss(`<item>${fields}</item>`)).entries[0]?.summary).toBe('Una frase que es un resumen del artículo.');
    expect(parse(rss('<item><link>/a</link><description>Leer</description></item>')).entries[0]?.summary).toBe('Leer');
  });

  test.each([
    ['UTF-8 read as ISO-8859-1', 'CorrupciÃ³n y Ã\u0081guila', 'Corrupción y Águila'],
    ['UTF-8 read as windows-1252', 'â€œUna fraseâ€\u009d â€“ dos', '“Una frase” – dos'],
    ['HTML encoded twice', '&amp;lt;b&amp;gt;Uno&amp;lt;/b&amp;gt; &amp;amp; dos', 'Uno & dos'],
    ['no error', 'Ã la carte; 5 < 6 €', 'Ã la carte; 5 < 6 €'],
  ])('has readable titles in spite of %s', (_, text, expected) => {
    expect(parse(rss(`<item><link>/a</link><title>${text}</title></item>`)).entries[0]?.title).toBe(expected);
  });

  test('has no invisible characters, and none that PostgreSQL rejects', () => {
    const title = parse(rss('<item><link>/a</link><title>A\u200B\u0000\u202E&#0;&#xD800; b</title></item>')).entries[0]?.title ?? '';
    expect(['\u0000', '\u200B', '\u202E'].filter((character) => title.includes(character))).toEqual([]);
    expect(title.isWellFormed()).toBe(true);
  });
});

describe('An Atom feed', () => {
  test('becomes entries, with links relative to xml:base and texts by their type', () => {
    const entry = `<entry><title type="text">1 &lt; 2</title><link rel="edit" href="edit"/><link href="post"/><author><name>A</name></author>
      <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></summary><updated>2025-06-10T09:41:01Z</updated></entry>`;
    expect(parse(atom(entry)).entries).toEqual([
      {
        url: 'https://example.com/blog/post',
        title: '1 < 2',
        summary: 'One two',
        author: 'A',
        publishedAt: new Date('2025-06-10T09:41:01Z'),
        language: 'en',
      },
    ]);
  });
});

test.each([
  ['<link rel="self" href="/self"/><link href="/page"/>', '/page'],
  ['<link rel="self" href="/self"/><id>https://example.com/id</id>', '/id'],
  ['<link rel="self" href="/self"/>', '/self'],
  ['<link rel="alternate" type="application/json" href="/json"/><link type="text/html" href="/page"/>', '/page'],
])('An entry of Atom with %s has the address %s', (links, expected) => {
  expect(parse(atom(`<entry><title>A</title>${links}</entry>`)).entries.map((entry) => entry.url)).toEqual([
    `https://example.com${expected}`,
  ]);
});

describe('A JSON feed', () => {
  test('becomes entries; fields of a wrong type count as missing', () => {
    const items = [
      { id: '1', url: '/1', title: 'One', content_html: '<p>Text</p>', date_published: '2025-06-10T09:41:01Z', authors: [{ name: 'A' }] },
      { id: 2, url: 'https://a.example/2', title: 7 },
      'nothing',
    ];
    expect(parse(JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'News', language: 'es', items }))).toEqual({
      title: 'News',
      language: 'es',
      sitemaps: [],
      entries: [
        {
          url: 'https://example.com/1',
          title: 'One',
          summary: 'Text',
          author: 'A',
          publishedAt: new Date('2025-06-10T09:41:01Z'),
          language: 'es',
        },
        { url: 'https://a.example/2', title: '', summary: '', language: 'es' },
      ],
    });
  });
});

test('A JSON feed has texts that PostgreSQL stores: no NUL, and no half of a pair of UTF-16', () => {
  const [entry] = parse('{"items":[{"url":"/a","title":"A\\u0000 \\ud800 b","content_text":"\\udc00\\u0000"}]}').entries;
  expect([entry?.title, entry?.summary]).toEqual(['A \uFFFD b', '\uFFFD']);
});

test.each([
  ['unknown_format', '<html><body>Not found</body></html>'],
  ['unknown_format', ''],
  ['unknown_format', '{"items": 1}'],
  ['malformed', '{"items": ['],
  ['too_large', 'x'.repeat(5 * 1024 * 1024 + 1)],
])('throws a ParseError %s for a document that is no feed: %.40s', (code, text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'ParseError', code }));
});
