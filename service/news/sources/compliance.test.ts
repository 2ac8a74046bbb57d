import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { legalBases, sourceKinds } from '../../../contract/news.ts';
import { assessCompliance, type ComplianceFacts, complianceThreshold, criterionNames } from './compliance.ts';

const best: ComplianceFacts = {
  url: 'https://news.example.com/feed.xml',
  kind: 'feed',
  termsUrl: 'https://news.example.com/terms',
  legalBasis: 'licence',
  intervalMinutes: 60,
  hasContact: true,
  robots: 'allowed',
  crawlDelaySeconds: 0,
  reservation: 'none',
};
const scoreOf = (change: Partial<ComplianceFacts>) => assessCompliance({ ...best, ...change }).score;
const findingsOf = (change: Partial<ComplianceFacts>) =>
  Object.fromEntries(assessCompliance({ ...best, ...change }).reasons.map(({ criterion, finding }) => [criterion, finding]));

describe('The compliance score', () => {
  test('is 100 if every criterion is met', () => {
    const { score, reasons } = assessCompliance(best);
    expect(score).toBe(100);
    expect(reasons.map(({ criterion }) => criterion)).toEqual(criterionNames);
    expect(reasons.filter(({ points, max_points }) => points !== max_points)).toEqual([]);
  });

  test.each<[string, Partial<ComplianceFacts>, number]>([
    ['robots.txt was not read yet', { robots: 'unknown' }, 90],
    ['robots.txt cannot be read', { robots: 'unreachable' }, 90],
    ['robots.txt forbids the URL, even if all else is met', { robots: 'disallowed' }, 0],
    ['no legal basis is recorded', { legalBasis: null }, 75],
    ['the legal basis is a public feed', { legalBasis: 'public_feed' }, 90],
    ['the terms are not recorded', { termsUrl: null }, 85],
    ['the URL is not encrypted', { url: 'http://news.example.com/feed.xml' }, 90],
    ['there is no contact', { hasContact: false }, 90],
    ['the source is a page', { kind: 'page' }, 95],
    ['the source is a sitemap', { kind: 'sitemap' }, 98],
    ['the interval is shorter than the crawl delay', { intervalMinutes: 15, crawlDelaySeconds: 901 }, 95],
    ['the interval equals the crawl delay', { intervalMinutes: 15, crawlDelaySeconds: 900 }, 100],
    ['the publisher reserves rights', { reservation: 'reserved' }, 95],
    [
      'the publisher reserves text and data mining, which is the legal basis',
      { legalBasis: 'text_and_data_mining', reservation: 'reserved' },
      70,
    ],
    ['the legal basis is a public feed, but the source is a page', { legalBasis: 'public_feed', kind: 'page' }, 70],
  ])('changes if %s', (_, change, score) => expect(scoreOf(change)).toBe(score));

  test('names what was found', () => {
    expect(findingsOf({ legalBasis: 'public_feed', kind: 'page', hasContact: false })).toEqual({
      robots: 'allowed',
      legal_basis: 'no_feed',
      terms: 'recorded',
      https: 'encrypted',
      contact: 'missing',
      kind: 'page',
      crawl_delay: 'obeyed',
      reservation: 'none',
    });
  });

  test.each<[string, Partial<ComplianceFacts>]>([
    ['neither terms nor legal basis', { termsUrl: null, legalBasis: null }],
    ['no legal basis before robots.txt was read', { legalBasis: null, robots: 'unknown', reservation: 'unknown' }],
    ['a page that calls itself a public feed, without terms', { kind: 'page', legalBasis: 'public_feed', termsUrl: null }],
  ])('rejects a source with %s', (_, change) => expect(scoreOf(change)).toBeLessThan(complianceThreshold));

  test.each<[string, Partial<ComplianceFacts>]>([
    [
      'a public feed with terms, before the first request and without a contact',
      { legalBasis: 'public_feed', robots: 'unknown', reservation: 'unknown', hasContact: false },
    ],
    [
      'a page for text and data mining with terms',
      { kind: 'page', legalBasis: 'text_and_data_mining', robots: 'unknown', reservation: 'unknown' },
    ],
    ['a public feed without recorded terms that robots.txt allows', { legalBasis: 'public_feed', termsUrl: null }],
  ])('accepts %s', (_, change) => expect(scoreOf(change)).toBeGreaterThanOrEqual(complianceThreshold));

  test('is the sum of its reasons and within 0 to 100, for any facts', () => {
    const facts = fc.record({
      url: fc.webUrl({ validSchemes: ['http', 'https'] }),
      kind: fc.constantFrom(...sourceKinds),
      termsUrl: fc.option(fc.webUrl()),
      legalBasis: fc.option(fc.constantFrom(...legalBases)),
      intervalMinutes: fc.integer({ min: 15, max: 10_080 }),
      hasContact: fc.boolean(),
      robots: fc.constantFrom('allowed', 'unknown', 'unreachable' as const),
      crawlDelaySeconds: fc.integer({ min: 0, max: 100_000 }),
      reservation: fc.constantFrom('none', 'unknown', 'reserved' as const),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const { score, reasons } = assessCompliance(given);
        expect(score).toBe(reasons.reduce((sum, { points }) => sum + points, 0));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(reasons.every(({ points, max_points }) => points >= 0 && points <= max_points)).toBe(true);
      }),
    );
  });
});
