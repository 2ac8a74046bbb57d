import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalUrl } from './canonical-url.ts';

describe('canonicalUrl', () => {
  test.each([
    ['HTTPS://Example.COM:443/A', 'https://example.com/A'],
    ['https://example.com/a?utm_source=x&id=7&fbclid=y#comments', 'https://example.com/a?id=7'],
    ['https://example.com/a?utm_medium=rss', 'https://example.com/a'],
    ['https://example.com/a?', 'https://example.com/a'],
    ['https://example.com/#!/page', 'https://example.com/#!/page'],
    ['https://user:word@example.com./a', 'https://example.com/a'],
    ['https://example.com/%7euser/%c3%a1', 'https://example.com/~user/%C3%A1'],
    ['https://example.com/año', 'https://example.com/a%C3%B1o'],
    ['https://example.com/100%', 'https://example.com/100%25'],
    ['https://example.com/a;jsessionid=12AB', 'https://example.com/a'],
    ['https://example.com/news/an-article/amp/', 'https://example.com/news/an-article/'],
    ['https://example.com/news/an-article/amp', 'https://example.com/news/an-article'],
    ['https://example.com/news-1.amp', 'https://example.com/news-1'],
    ['https://example.com/news-1.amp.html?amp=1', 'https://example.com/news-1.html'],
    ['https://www.google.com/amp/s/example.com/news-1.amp', 'https://example.com/news-1'],
    ['https://example-com.cdn.ampproject.org/c/s/example.com/news-1?id=2', 'https://example.com/news-1?id=2'],
  ])('makes %s into %s', (given, expected) => {
    expect(canonicalUrl(given)).toBe(expected);
  });

  test.each([
    'https://example.com/amp',
    'https://example.com/a?b=2&a=1',
    'https://example.com/a/',
    'https://m.example.com/a',
    'http://example.com:8080/a',
  ])('keeps %s, because another address may be another page', (url) => {
    expect(canonicalUrl(url)).toBe(url);
  });

  test.each(['', 'example.com', 'ftp://example.com/', 'javascript:alert(1)', `https://example.com/${'a'.repeat(2000)}`])(
    'returns undefined for what is no address of a page: %.40s',
    (given) => {
      expect(canonicalUrl(given)).toBeUndefined();
    },
  );

  const parts = fc.constantFrom(
    '/amp',
    '.amp',
    '.html',
    '/',
    '%',
    '%41',
    '%2',
    '5',
    '%c3',
    'á',
    '&',
    'utm_a=b',
    '?',
    '#',
    '#!',
    ';jsessionid=1',
    'x',
    '.',
  );
  const addresses = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc
      .tuple(
        fc.constantFrom(
          'https://example.com/',
          'https://www.google.com/amp/s/',
          'https://a-com.cdn.ampproject.org/c/',
          'http://example.com./',
        ),
        fc.array(parts, { maxLength: 12 }),
      )
      .map(([start, rest]) => start + rest.join('')),
    fc.string({ unit: 'binary' }),
  );

  test('is idempotent, and its result is an http or https URL without credentials', () => {
    fc.assert(
      fc.property(addresses, (given) => {
        const url = canonicalUrl(given);
        if (url === undefined) return;
        expect(canonicalUrl(url)).toBe(url);
        expect(new URL(url)).toMatchObject({ protocol: expect.stringMatching(/^https?:$/), username: '', password: '', href: url });
      }),
      { numRuns: 2000 },
    );
  });
});
