import { describe, expect, test } from '@jest/globals';
import { type RobotsFile, rulesFor } from './robots.ts';

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
  ])('%j says of %s: %s', (text, path, expected) => {
    expect(verdict(path, { text })).toBe(expected);
  });
  test.each([
    ['Crawl-delay: 10', 10],
    ['Crawl-delay: 0.5', 0.5],
    ['Crawl-delay: -1', 0],
    ['Crawl-delay: soon', 0],
    ['Crawl-delay: 1e9', 86_400],
    ['Disallow:', 0],
  ])('with %j has a delay of %s seconds', (line, seconds) => {
    expect(rulesFor(new URL('https://news.test/'), { status: 200, text: `User-agent: *\n${line}` }).crawlDelaySeconds).toBe(seconds);
  });
});
