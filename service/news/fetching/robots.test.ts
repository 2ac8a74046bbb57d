import { describe, expect, jest, test } from '@jest/globals';
import { crawlDelayOf, type RobotsFile, rulesFor } from './robots.ts';

const verdict = (path: string, file: Partial<RobotsFile>) =>
  rulesFor(new URL(path, 'https://news.test'), { status: 200, text: '', ...file }).verdict;

describe('A robots.txt', () => {
  test.each([401, 403, 404, 410])('with the status %i allows everything', (status) => {
    expect(verdict('/feed', { status, text: 'User-agent: *\nDisallow: /' })).toBe('allowed');
  });
  test.each([null, 302, 429, 500, 503])('with the status %s allows nothing', (status) => {
    expect(verdict('/feed', { status })).toBe('robots_unreachable');
  });
  test.each([
    ['User-agent: *\nDisallow: /', '/feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /private', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /private', '/private/feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /\nAllow: /feed', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /*.xml$', '/a/feed.xml', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /*.xml$', '/a/feed.xml?page=2', 'allowed'],
    ['User-agent: leyenda\nDisallow: /\n\nUser-agent: *\nAllow: /', '/feed', 'robots_disallowed'],
    ['User-agent: other\nDisallow: /', '/feed', 'allowed'],
    ['\uFEFFUser-agent: *\r\nDisallow: /', '/feed', 'robots_disallowed'],
    ['<!doctype html><p>Not found', '/feed', 'allowed'],
    ['', '/feed', 'allowed'],
    ['User-agent: a\nUser-agent: Leyenda/4 # this one\nUser-agent: b\nDisallow: /', '/feed', 'robots_disallowed'],
    ['User-agent: a\nDisallow: /\n\nUser-agent: b\nUser-agent: *\nDisallow: /b', '/feed', 'allowed'],
    ['User-agent: a\n# User-agent: *\n\nUser-agent: *\nDisallow: /', '/feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /a\nUser-agent: b\nDisallow: /feed', '/feed', 'allowed'],
    ['Disallow: /feed', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /f*d', '/feed/other', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /f*d$', '/feed/other', 'allowed'],
    ['User-agent: *\nDisallow: /f*d$', '/feed/d', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /feed$', '/feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /feed*d$', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /*e*d*e', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /$feed', '/$feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: feed', '/feed', 'allowed'],
    ['User-agent: *\nDisallow: /feed\nAllow: /feed', '/feed', 'allowed'],
    ['User-agent: *\nAllow: /fee\nDisallow: /feed', '/feed', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /año', '/a%c3%b1o', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /a%c3%b1o', '/año', 'robots_disallowed'],
    ['User-agent: *\nDisallow: /\ud800', '/feed', 'allowed'],
    ['User-agent: Leyenda\nUser-agent: *\nDisallow: /a\n\nUser-agent: Leyenda\nDisallow: /feed', '/feed', 'robots_disallowed'],
  ])('%j says of %s: %s', (text, path, expected) => {
    expect(verdict(path, { text })).toBe(expected);
  });
  test('of many names and many rules does not use memory for each pair of them', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `User-agent: robot${index}\nUser-agent: *`).join('\n');
    expect(verdict('/feed', { text: `${names}\n${'Disallow: /a\n'.repeat(20_000)}Disallow: /feed` })).toBe('robots_disallowed');
  });
  describe('of 25,000 wildcards', () => {
    const patterns = Array.from({ length: 25_000 }, (_, index) => `Disallow: /*a*b${index}*c`);
    const text = `User-agent: *\n${patterns.join('\n')}\nAllow: /`;
    /** How often a part of a pattern is searched in the path. */
    function searchesFor(path: string, expected: string): number {
      const search = jest.spyOn(String.prototype, 'indexOf');
      try {
        expect(verdict(path, { text })).toBe(expected);
        return search.mock.contexts.filter((searched) => String(searched) === path).length;
      } finally {
        search.mockRestore();
      }
    }
    test('is searched once for each part of a pattern', () => {
      const searches = searchesFor('/ab/feed', 'allowed');
      expect(searches).toBeGreaterThan(patterns.length);
      expect(searches).toBeLessThanOrEqual(3 * patterns.length);
    });
    test('allows no address that would be searched for too long', () => {
      const searches = searchesFor(`/${'ab'.repeat(1000)}`, 'robots_disallowed');
      expect(searches).toBeGreaterThan(0);
      expect(searches).toBeLessThanOrEqual(3 * 1000);
    });
  });
  test.each([
    ['Crawl-delay: 10', 10],
    ['Crawl-delay: 0.5', 0.5],
    ['Crawl-delay: -1', 0],
    ['Crawl-delay: soon', 0],
    ['Crawl-delay: 1e9', 86_400],
    ['Disallow:', 0],
  ])('with %j has a delay of %s seconds', (line, seconds) => {
    const [url, file] = [new URL('https://news.test/'), { status: 200, text: `User-agent: *\n${line}` }];
    expect([rulesFor(url, file).crawlDelaySeconds, crawlDelayOf(file)]).toEqual([seconds, seconds]);
  });
});
