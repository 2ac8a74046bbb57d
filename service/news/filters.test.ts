import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Problem } from '../http/problem.ts';
import { testDatabase as db } from '../testing/database.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { isPublishedIn, matchesFilters } from './filter-conditions.ts';
import { articleFilters, daysIn, periodBefore, periodOf, toDays } from './filters.ts';

const now = new Date('2026-11-30T15:00:00Z');
const period = periodOf({}, {}, now);

/** Titles of the articles that match, in alphabetical order. */
async function titles(filters: object, within = period): Promise<string[]> {
  const rows = await db
    .selectFrom('news_articles')
    .select('title')
    .where(isPublishedIn(within))
    .where(matchesFilters(articleFilters.parse(filters)))
    .execute();
  return rows.map(({ title }) => title).toSorted();
}

let clinic = '';
beforeAll(async () => {
  clinic = await insertSource(db);
  const published_at = new Date('2026-11-20T12:00:00Z');
  const shared = { source_id: await insertSource(db), published_at };
  const screening = 'Screening programmes detected cancers early';
  const original = await insertArticle(db, { ...shared, title: screening, topics: ['screening'], sentiment: 'positive', country: 'GB' });
  await insertArticle(db, { ...shared, title: 'Copy', duplicate_of: original });
  await insertArticle(db, { ...shared, source_id: clinic, title: 'La detección temprana del cáncer de mama', language: 'es' });
  await insertArticle(db, { ...shared, title: 'Football', is_relevant: false });
  await insertArticle(db, { ...shared, title: 'Waiting', is_relevant: null, analysis_version: null, language: null });
  await insertArticle(db, { ...shared, title: 'Rastreio do câncer de mama', language: 'pt' });
  await insertArticle(db, { ...shared, title: 'Last second', published_at: new Date('2026-11-30T23:59:59.999Z'), topics: ['policy'] });
  await insertArticle(db, { ...shared, title: 'Next day', published_at: new Date('2026-12-01T00:00:00Z') });
});
afterAll(() => db.destroy());

describe('The filters of articles', () => {
  test('select relevant articles without duplicates by default', async () => {
    expect(await titles({})).toEqual([
      'La detección temprana del cáncer de mama',
      'Last second',
      'Rastreio do câncer de mama',
      'Screening programmes detected cancers early',
    ]);
  });

  test('select irrelevant and waiting articles, or duplicates, on request', async () => {
    expect(await titles({ relevant: 'any' })).toEqual(expect.arrayContaining(['Football', 'Waiting']));
    expect(await titles({ duplicates: 'include' })).toContain('Copy');
  });

  test.each([
    [{ language: 'es' }, ['La detección temprana del cáncer de mama']],
    [{ country: 'GB' }, ['Screening programmes detected cancers early']],
    [{ topic: 'policy' }, ['Last second']],
    [{ topic: "it's" }, []],
    [{ sentiment: 'positive' }, ['Screening programmes detected cancers early']],
    [{ sentiment: 'positive', language: 'es' }, []],
  ])('%j selects %j', async (filters, expected) => {
    expect(await titles(filters)).toEqual(expected);
  });

  test('select the articles of a source', async () => {
    expect(await titles({ source: clinic })).toEqual(['La detección temprana del cáncer de mama']);
  });

  test.each([
    ['cancer', ['La detección temprana del cáncer de mama', 'Screening programmes detected cancers early']],
    ['detect -mama', ['Screening programmes detected cancers early']],
    ['"deteccion temprana"', ['La detección temprana del cáncer de mama']],
    ['screened or mamas', ['La detección temprana del cáncer de mama', 'Screening programmes detected cancers early']],
    ['câncer', ['Rastreio do câncer de mama']],
    ['the', []],
    [`'"&|!:*<->\\`, []],
  ])('find %j in the inflections of each language', async (q, expected) => {
    expect(await titles({ q })).toEqual(expected);
  });

  test.each([
    { q: 'a\0b' },
    { q: ' ' },
    { source: '7' },
    { country: 'es' },
    { language: 'ES' },
    { from: '2026-02-30' },
    { from: '0000-01-01' },
    { page: 2 },
  ])('reject %j', (filters) => {
    expect(articleFilters.safeParse(filters).success).toBe(false);
  });
});

describe('The period of a request', () => {
  test('is the last 30 days with today by default', () => {
    expect(toDays(period)).toEqual({ from: '2026-11-01', to: '2026-11-30' });
    expect(daysIn(period)).toBe(30);
  });

  test('includes its last day', async () => {
    expect(await titles({}, periodOf({ from: '2026-11-30', to: '2026-11-30' }))).toEqual(['Last second']);
  });

  test('is preceded by a period of the same length', () => {
    expect(toDays(periodBefore(periodOf({ from: '2026-11-24', to: '2026-11-30' })))).toEqual({ from: '2026-11-17', to: '2026-11-23' });
  });

  test.each([
    [{ from: '2026-12-01' }, {}],
    [{ from: '2026-01-01' }, { maxDays: 300 }],
  ])('is rejected if it is empty or too long: %j %j', (request, limits) => {
    expect(() => periodOf(request, limits, now)).toThrow(expect.objectContaining({ code: 'invalid_request' } satisfies Partial<Problem>));
  });
});
