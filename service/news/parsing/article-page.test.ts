import { describe, expect, test } from '@jest/globals';
import { parseArticlePage } from './article-page.ts';

const now = new Date('2025-07-01T00:00:00Z');
const url = 'https://www.example.com/a?utm_source=x';
const parse = (text: string) =>
  parseArticlePage({ bytes: new TextEncoder().encode(text), contentType: 'text/html; charset=utf-8', url, now });

const article = {
  '@type': 'NewsArticle',
  headline: 'El cribado &quot;avanza&quot;',
  description: 'Una frase.',
  datePublished: '2025-06-10T09:41:00+02:00',
  inLanguage: 'es-ES',
  author: [{ '@type': 'Person', name: 'Ana Ruiz' }],
};
const withData = (data: unknown) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;

describe('The page of an article', () => {
  test.each([
    ['alone', article],
    ['in a list', [{ '@type': 'Organization', name: 'Example' }, article]],
    [
      'in a graph',
      { '@context': 'https://schema.org', '@graph': [{ '@type': ['WebPage'] }, { ...article, '@type': ['NewsArticle', 'Thing'] }] },
    ],
  ])('has its data as JSON-LD, %s', (_, data) => {
    expect(parse(`<title>No</title>${withData(data)}<link rel="canonical" href="/a">`)).toEqual({
      url: 'https://www.example.com/a',
      title: 'El cribado "avanza"',
      summary: 'Una frase.',
      author: 'Ana Ruiz',
      publishedAt: new Date('2025-06-10T07:41:00Z'),
      language: 'es-ES',
    });
  });

  test('has its data as Open Graph and other metadata if there is no valid JSON-LD', () => {
    const page = `<html lang="en"><script type="application/ld+json">{broken</script><meta property="og:title" content="A &amp; B">
      <meta name="description" content="A sentence."><meta name="author" content="Ann"><meta property="article:published_time" content="2025-06-10">`;
    expect(parse(page)).toEqual({
      url,
      title: 'A & B',
      summary: 'A sentence.',
      author: 'Ann',
      publishedAt: new Date('2025-06-10T00:00:00Z'),
      language: 'en',
    });
  });

  test('has the first long paragraph of the article as summary if there is no metadata', () => {
    const paragraph = 'The first paragraph of this article is long enough to be more than a caption, a byline or a notice about cookies.';
    const page = `<h1>Title</h1><p>${'Cookies help us to show advertisements that match your interests. '.repeat(2)}</p>
      <article><p>By Ann</p><aside><p>${'Aside '.repeat(20)}</p></aside><p>${paragraph}</p></article>`;
    expect(parse(page)).toEqual({ url, title: 'Title', summary: paragraph });
  });

  test.each([
    ['https://m.example.com/b', 'https://m.example.com/b'],
    ['https://other.example/b', url],
    ['javascript:alert(1)', url],
  ])('that names %s as its address has %s', (link, expected) => {
    expect(parse(`<link rel="canonical" href="${link}">`).url).toBe(expected);
  });
});
