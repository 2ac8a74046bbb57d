import { describe, expect, test } from '@jest/globals';
import { maxEntries } from './document.ts';
import { parseDocument } from './parse-document.ts';

const now = new Date('2025-07-01T00:00:00Z');
const parse = (text: string) =>
  parseDocument({ bytes: new TextEncoder().encode(text), contentType: '', url: 'https://example.com/sitemap.xml', kind: 'sitemap', now });

const urlset = (urls: string) => `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">${urls}</urlset>`;

describe('A sitemap', () => {
  test('has title, date and language of an article in its extension for news', () => {
    const url = `<url><loc> https://example.com/a?b=1&amp;c=2 </loc><lastmod>2025-06-12</lastmod><image:image><image:title>Photo</image:title></image:image>
      <n:news><n:publication><n:name>News</n:name><n:language>es</n:language></n:publication>
      <n:publication_date>2025-06-10T09:41+02:00</n:publication_date><n:title>Cribado &amp; prevención</n:title></n:news></url>`;
    expect(parse(urlset(url)).entries).toEqual([
      {
        url: 'https://example.com/a?b=1&c=2',
        title: 'Cribado & prevención',
        summary: '',
        publishedAt: new Date('2025-06-10T07:41:00Z'),
        language: 'es',
      },
    ]);
  });

  test('has addresses only without it: the date of a change is no date of publication', () => {
    expect(parse(urlset('<url><loc>https://example.com/a</loc><lastmod>2025-06-12</lastmod></url>')).entries).toEqual([
      { url: 'https://example.com/a', title: '', summary: '' },
    ]);
  });

  test('of more than 1000 addresses has the newest', () => {
    const urls = Array.from({ length: maxEntries + 500 }, (_, index) => {
      const day = new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
      return `<url><loc>https://example.com/${index}</loc><lastmod>${day}</lastmod></url>`;
    });
    const found = parse(urlset(urls.join(''))).entries.map((entry) => entry.url);
    expect(found).toHaveLength(maxEntries);
    expect(found[0]).toBe('https://example.com/1499');
    expect(found.at(-1)).toBe('https://example.com/500');
  });

  test('may be an index of other sitemaps', () => {
    const index = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://example.com/1.xml</loc></sitemap>
      <sitemap><loc>file:///etc/passwd</loc></sitemap><sitemap><loc>https://example.com/2.xml.gz</loc></sitemap></sitemapindex>`;
    expect(parse(index)).toEqual({ entries: [], sitemaps: ['https://example.com/1.xml', 'https://example.com/2.xml.gz'] });
  });

  test('may be a list of addresses', () => {
    expect(parse('https://example.com/a\r\nnothing\r\nhttps://example.com/b\r\n').entries.map((entry) => entry.url)).toEqual([
      'https://example.com/a',
      'https://example.com/b',
    ]);
  });

  test('may be a feed', () => {
    expect(parse('<rss><channel><item><title>A</title><link>/a</link></item></channel></rss>').entries).toHaveLength(1);
  });
});
