import { describe, expect, test } from '@jest/globals';
import { parseDocument } from './parse-document.ts';
import { type Selectors, selectorProblem, selectorsSchema } from './selectors.ts';

const now = new Date('2025-07-01T00:00:00Z');
const url = 'https://example.com/salud/';
const parse = (text: string, selectors?: Selectors) =>
  parseDocument({ bytes: new TextEncoder().encode(text), contentType: 'text/html', url, kind: 'page', selectors, now });

const page = `<!doctype html><html lang="es"><head><title>Salud</title><base href="/noticias/"></head><body>
  <nav><a href="/">Inicio</a></nav>
  <ul><li class="news"><h2><a href="cribado?utm_source=list">El  cribado <b>avanza</b></a></h2><p class="lead">Una frase.</p><span class="date">martes, 10 de junio de 2025</span></li>
  <li class="news"><h2><a href="https://other.example/b">Segunda</a></h2><time datetime="2025-06-11T08:00:00+02:00">ayer</time><i>Ana</i></li>
  <li class="news"><h2>Sin enlace</h2></li></ul>`;

describe('A list page', () => {
  test('becomes an entry for each item with a link', () => {
    expect(parse(page, { item: 'li.news', summary: '.lead', date: '.date, time', author: 'i' })).toEqual({
      title: 'Salud',
      language: 'es',
      sitemaps: [],
      entries: [
        {
          url: 'https://example.com/noticias/cribado?utm_source=list',
          title: 'El cribado avanza',
          summary: 'Una frase.',
          publishedAt: new Date('2025-06-10T00:00:00Z'),
          language: 'es',
        },
        {
          url: 'https://other.example/b',
          title: 'Segunda',
          summary: '',
          author: 'Ana',
          publishedAt: new Date('2025-06-11T06:00:00Z'),
          language: 'es',
        },
      ],
    });
  });

  test('may have links as items', () => {
    expect(parse(page, { item: 'h2 > a' }).entries.map((entry) => entry.title)).toEqual(['El cribado avanza', 'Segunda']);
  });

  test('has no entries if the selector finds nothing', () => {
    expect(parse(page, { item: '.other' }).entries).toEqual([]);
  });

  test('throws a ParseError without selectors', () => {
    expect(() => parse(page)).toThrow(expect.objectContaining({ name: 'ParseError', code: 'invalid_selector' }));
  });
});

describe('A selector', () => {
  test.each(['a', 'article.teaser > h2 a[href^="/news"]', 'li:not(.ad), main div', 'p + p', '#list li:first-child'])(
    'is accepted: %s',
    (selector) => {
      expect(selectorProblem(selector)).toBeUndefined();
    },
  );

  test.each([
    ['', 'not a valid CSS selector'],
    ['li[', 'not a valid CSS selector'],
    ['li:has(a)', ':has'],
    ['li:nth-child(2n+1)', ':nth-child'],
    ['li ~ li', 'combinator'],
    ['li::before', 'pseudo-element'],
    ['li:not(div a)', 'combinator within'],
    ['li:not(:not(a))', 'within a pseudo-class'],
    ['a '.repeat(20), 'more than 8 combinators'],
    ['a'.repeat(201), 'more than 200 characters'],
  ])('is rejected with the reason: %.30s', (selector, reason) => {
    expect(selectorProblem(selector)).toContain(reason);
    expect(selectorsSchema.safeParse({ item: selector }).success).toBe(false);
  });
});
