import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase as db } from '../testing/database.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { articleFilters } from './filters.ts';
import { findIds } from './find-ids.ts';

const day = (date: number) => new Date(Date.UTC(2026, 10, date));
const period = { from: day(2), to: day(12) };

/** By day: titles with words that occur in one, some or all articles. */
const titles = [
  'cancer',
  'cancer rare',
  'cancer tumour',
  'cancer',
  'cancer tumour',
  'other',
  'cancer',
  'cancer tumour',
  'cancer',
  'cancer tumour',
];
const ids: string[] = [];
beforeAll(async () => {
  const source_id = await insertSource(db);
  for (const [index, title] of titles.entries()) {
    const country = index % 4 === 0 ? 'PE' : 'ES';
    ids.push(await insertArticle(db, { source_id, title, published_at: day(1 + index), country, is_relevant: index !== 2 }));
  }
});
afterAll(() => db.destroy());

/** A number of articles that are read before the index of words, from none of them to all. */
const fews = [0, 1, 3, 5, 20];
const cases = fews.flatMap((few) => [1, 2, 20].map((limit) => [few, limit] as const));
const indexesOf = (found: readonly string[]) => found.map((id) => ids.indexOf(id));

describe.each(cases)('The search that reads %i articles first, for pages of %i,', (few, limit) => {
  async function find(query: object, order: 'newest' | 'oldest' = 'newest', after?: number) {
    const filters = articleFilters.parse(query);
    const last = after === undefined ? undefined : { id: ids[after] ?? '', published_at: day(1 + after) };
    return indexesOf(await findIds(db, { filters, period, order, after: last, limit }, few));
  }
  test.each([
    ['in most articles', { q: 'cancer' }, [9, 8, 7, 6, 4, 3, 1]],
    ['in some articles', { q: 'tumour' }, [9, 7, 4]],
    ['in one article', { q: 'rare' }, [1]],
    ['without others', { q: 'cancer -tumour -rare' }, [8, 6, 3]],
    ['in no article', { q: 'absent' }, []],
    ['that exclude each other', { q: 'cancer -cancer' }, []],
    ['one of which is in no article', { q: 'tumour or absent' }, [9, 7, 4]],
    ['in articles that another filter excludes', { q: 'rare', country: 'PE' }, []],
    ['in articles of a country', { q: 'cancer', country: 'PE' }, [8, 4]],
    ['in articles that are not relevant', { q: 'tumour', relevant: 'any' }, [9, 7, 4, 2]],
  ])('finds words %s', async (_case, query, expected) => {
    expect(await find(query)).toEqual(expected.slice(0, limit));
    expect(await find(query, 'oldest')).toEqual(expected.toReversed().slice(0, limit));
  });
  test('continues after an article, in both directions', async () => {
    expect(await find({ q: 'cancer' }, 'newest', 7)).toEqual([6, 4, 3, 1].slice(0, limit));
    expect(await find({ q: 'cancer' }, 'oldest', 4)).toEqual([6, 7, 8, 9].slice(0, limit));
  });
});
