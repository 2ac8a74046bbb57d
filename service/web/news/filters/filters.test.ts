import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { activeFilters, changeFilters, type Filters, formatFilters, parseFilters, periods, toQuery } from './filters.ts';

const now = Date.parse('2026-11-30T10:00Z');
const source = '0a2ce9ad-1111-4222-8333-444455556666';

describe('The filters in the address', () => {
  test('are the last 30 days without any', () => {
    expect(parseFilters('')).toEqual({ days: 30 });
    expect(formatFilters({ days: 30 })).toBe('');
    expect(toQuery({ days: 30 }, now)).toEqual({ from: '2026-11-01', to: '2026-11-30' });
  });

  test('are read and written with every name of the API', () => {
    const query = `days=7&source=${source}&language=es&country=MX&topic=screening&sentiment=negative&q=%22cribado+anual%22`;
    const filters = { days: 7, source, language: 'es', country: 'MX', topic: 'screening', sentiment: 'negative', q: '"cribado anual"' };
    expect(parseFilters(query)).toEqual(filters);
    expect(formatFilters(parseFilters(query))).toBe(query);
    expect(toQuery(parseFilters(query), now)).toMatchObject({ from: '2026-11-24', to: '2026-11-30', topic: 'screening' });
  });

  test.each([
    'days=8',
    'from=yesterday',
    'from=2026-02-30',
    'source=1',
    'language=Spanish',
    'country=mx',
    'topic=',
    'sentiment=sad',
    'q=',
    'q=+',
    'relevant=yes',
    'relevant=only',
    'colour=red',
    'sort=newest',
    'sort=rank',
    'sort=random',
  ])('leave out what is invalid: %s', (query) => expect(parseFilters(query)).toEqual({ days: 30 }));

  const value = {
    from: fc.constantFrom('2026-01-01', '2024-02-29'),
    to: fc.constantFrom('2026-11-30', '2026-12-31'),
    source: fc.uuid(),
    language: fc.constantFrom('es', 'en'),
    country: fc.constantFrom('ES', 'US'),
    topic: fc.constantFrom('screening', 'self-care'),
    sentiment: fc.constantFrom('positive' as const, 'neutral' as const, 'negative' as const),
    q: fc
      .string({ minLength: 1, maxLength: 200 })
      .map((text) => text.trim())
      .filter((text) => text !== '' && !text.includes('\0')),
    relevant: fc.constant('any' as const),
    duplicates: fc.constant('include' as const),
    sort: fc.constantFrom('oldest' as const, 'rank' as const),
  };
  test('are read as they were written, with any words', () => {
    const withoutDates = fc.record({
      ...value,
      from: fc.constant(undefined),
      to: fc.constant(undefined),
      days: fc.constantFrom(...periods),
    });
    const withDates = fc.record({ ...value, days: fc.constant(30 as const) });
    fc.assert(
      fc.property(fc.oneof(withoutDates, withDates), (filters) => {
        expect(parseFilters(formatFilters(filters))).toEqual({ ...filters });
      }),
    );
  });
});

describe('A change of the filters', () => {
  const filters: Filters = { days: 7, topic: 'screening', q: 'mama' };

  test('replaces, adds and removes', () => {
    expect(changeFilters(filters, { topic: 'genetics', country: 'ES', q: '' })).toEqual({ days: 7, topic: 'genetics', country: 'ES' });
    expect(changeFilters(filters, { topic: undefined })).toEqual({ days: 7, q: 'mama' });
  });

  test('keeps the order, except for that by rank without a search', () => {
    const ranked = changeFilters(filters, { sort: 'rank' });
    expect(formatFilters(ranked)).toBe('days=7&topic=screening&q=mama&sort=rank');
    expect(changeFilters(ranked, { topic: undefined })).toEqual({ days: 7, q: 'mama', sort: 'rank' });
    expect(changeFilters(ranked, { q: undefined })).toEqual({ days: 7, topic: 'screening' });
    expect(changeFilters(changeFilters(filters, { sort: 'oldest' }), { q: undefined })).toMatchObject({ sort: 'oldest' });
    expect(changeFilters(ranked, { sort: 'newest' })).toEqual(filters);
  });

  test('of the order is no filter of the API', () => {
    expect(toQuery({ ...filters, sort: 'rank' }, now)).not.toHaveProperty('sort');
    expect(activeFilters({ ...filters, sort: 'rank' })).toEqual(activeFilters(filters));
  });

  test('to own dates or to days leaves one kind of period', () => {
    const own = changeFilters(filters, { from: '2026-01-01' });
    expect(own).toEqual({ days: 30, from: '2026-01-01', topic: 'screening', q: 'mama' });
    expect(toQuery(own, now)).toEqual({ from: '2026-01-01', topic: 'screening', q: 'mama' });
    expect(changeFilters(own, { days: 90 })).toEqual({ days: 90, topic: 'screening', q: 'mama' });
  });

  test('counts as active what narrows or widens the articles, not the period', () => {
    expect(activeFilters({ ...filters, from: '2026-01-01', relevant: 'any' })).toEqual([
      ['topic', 'screening'],
      ['q', 'mama'],
      ['relevant', 'any'],
    ]);
  });
});
