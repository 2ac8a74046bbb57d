import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { sentiments } from '../../../contract/news.ts';
import { testDatabase as db } from '../../testing/database.ts';
import { articleValues, insertSource } from '../../testing/news.ts';
import { type ArticleFilters, articleFilters, type Period, periodOf } from '../filters.ts';
import { countArticles, type Dimension } from './counts.ts';
import { refreshWeeklyCounts } from './weekly-counts.ts';

afterAll(() => db.destroy());

const monday = Date.UTC(2026, 10, 2);
const [hourMs, dayMs] = [3_600_000, 86_400_000];
const sources = await Promise.all([insertSource(db), insertSource(db)]);

/** An article of the model; its fields are those of the table. */
const fields = {
  source_id: fc.constantFrom(...sources),
  published_at: fc.integer({ min: -10 * 24, max: 30 * 24 }).map((hours) => new Date(monday + hours * hourMs)),
  language: fc.constantFrom('es', 'en', 'pt'),
  country: fc.constantFrom('ES', 'MX', null),
  sentiment: fc.constantFrom(...sentiments),
  sentiment_score: fc.constantFrom(null, -0.75, -0.25, 0, 0.5, 1),
  topics: fc.constantFrom([], ['policy'], ['policy', 'screening'], ['screening', 'screening', 'genetics']),
  is_relevant: fc.constantFrom(true, true, true, false, null),
  is_duplicate: fc.constantFrom(false, false, false, true),
};
const article = fc.record(fields);
type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Article = Generated<typeof article>;

/** What happens to articles: they are found late, analysed again, and deleted; the weekly counts are refreshed at any time. */
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('found' as const), articles: fc.array(article, { minLength: 1, maxLength: 25 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('analysed' as const),
      at: fc.nat(),
      result: fc.oneof(fc.record(fields, { requiredKeys: [] }), fc.record({ topics: fields.topics })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleted' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refreshed' as const) }) },
);

const day = fc.integer({ min: -11, max: 31 }).map((days) => new Date(monday + days * dayMs).toISOString().slice(0, 10));
type Event = Generated<typeof event>;

/** Not set in most questions: a filter hides most articles. */
const rarely = <T>(values: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });

const question = fc.record({
  days: fc.tuple(day, day).map((days) => days.toSorted()),
  filters: fc.record({
    source: rarely(fc.constantFrom(...sources)),
    language: rarely(fc.constantFrom('es', 'en')),
    country: rarely(fc.constantFrom('ES', 'MX')),
    topic: rarely(fc.constantFrom('policy', 'screening')),
    sentiment: rarely(fc.constantFrom(...sentiments)),
    relevant: rarely(fc.constantFrom('only', 'any')),
    duplicates: rarely(fc.constantFrom('exclude', 'include')),
  }),
  by: fc.uniqueArray(fc.constantFrom<Dimension>('day', 'week', 'language', 'country', 'sentiment', 'topic'), { maxLength: 3 }),
});

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const mondayOf = (at: Date) => new Date(at.getTime() - ((at.getTime() - monday + 10_000 * 7 * dayMs) % (7 * dayMs)));
const values: Readonly<Record<Dimension, (article: Article) => readonly (string | null)[]>> = {
  day: ({ published_at }) => [dayOf(published_at)],
  week: ({ published_at }) => [dayOf(mondayOf(published_at))],
  language: ({ language }) => [language],
  country: ({ country }) => [country],
  sentiment: ({ sentiment }) => [sentiment],
  topic: ({ topics }) => [...new Set(topics)],
};

function isCounted(found: Article, filters: ArticleFilters, { from, to }: Period): boolean {
  const { source, language, country, topic, sentiment, relevant, duplicates } = filters;
  return (
    found.published_at >= from &&
    found.published_at < to &&
    (relevant === 'any' || found.is_relevant === true) &&
    (duplicates === 'include' || !found.is_duplicate) &&
    (source === undefined || found.source_id === source) &&
    (language === undefined || found.language === language) &&
    (country === undefined || found.country === country) &&
    (topic === undefined || found.topics.some((each) => each === topic)) &&
    (sentiment === undefined || found.sentiment === sentiment)
  );
}

function mean(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null);
  return known.length === 0 ? null : known.reduce((sum, score) => sum + score, 0) / known.length;
}

/** The naive count: every article is looked at. */
function countInModel(articles: readonly Article[], by: readonly Dimension[]) {
  const groups = new Map<string, (number | null)[]>();
  for (const found of articles) {
    const keys = by.reduce<(string | null)[][]>(
      (all, dimension) => all.flatMap((key) => values[dimension](found).map((value) => [...key, value])),
      [[]],
    );
    for (const key of keys) groups.set(JSON.stringify(key), [...(groups.get(JSON.stringify(key)) ?? []), found.sentiment_score]);
  }
  return Object.fromEntries(groups.entries().map(([key, scores]) => [key, [scores.length, mean(scores)]]));
}

/** The same articles in the database, by their place in the model. */
async function createTwin() {
  await sql`delete from news_articles`.execute(db);
  const original = await db
    .insertInto('news_articles')
    .values(articleValues({ source_id: sources[0] ?? '', is_relevant: null, published_at: new Date(0) }))
    .returning('id')
    .executeTakeFirstOrThrow();
  const toRow = ({ is_duplicate, topics, ...rest }: Article) =>
    articleValues({ ...rest, topics: [...topics], duplicate_of: is_duplicate ? original.id : null });
  return {
    insert: async (articles: readonly Article[]) =>
      (await db.insertInto('news_articles').values(articles.map(toRow)).returning('id').execute()).map(({ id }) => id),
    update: async (id: string, changed: Article) => {
      const { url: _, content_hash: __, ...set } = toRow(changed);
      await db.updateTable('news_articles').set(set).where('id', '=', id).execute();
    },
    delete: (id: string) => db.deleteFrom('news_articles').where('id', '=', id).execute(),
  };
}

type Twin = Awaited<ReturnType<typeof createTwin>>;

/** Applies a change to the model and to the database. */
async function apply(change: Event, articles: Map<string, Article>, twin: Twin): Promise<void> {
  const [id, found] = 'at' in change ? ([...articles][change.at % Math.max(articles.size, 1)] ?? []) : [];
  if (change.kind === 'found') {
    const ids = await twin.insert(change.articles);
    for (const [index, added] of change.articles.entries()) articles.set(ids[index] ?? '', added);
  } else if (change.kind === 'refreshed') {
    await refreshWeeklyCounts(db);
  } else if (id !== undefined && found !== undefined && change.kind === 'analysed') {
    const analysed = { ...found, ...change.result };
    await twin.update(id, analysed);
    articles.set(id, analysed);
  } else if (id !== undefined) {
    await twin.delete(id);
    articles.delete(id);
  }
}

async function countInDatabase(filters: ArticleFilters, period: Period, by: readonly Dimension[]) {
  const rows = await countArticles(db, { filters, period, by });
  // Without dimensions there is one row, also if it counts nothing.
  const groups = rows.filter(({ articles }) => articles > 0);
  return Object.fromEntries(
    groups.map(({ articles, score, ...group }) => [JSON.stringify(by.map((name) => group[name])), [articles, score]]),
  );
}

describe('Counts of articles', () => {
  test('equal those of a naive model after any sequence of changes', async () => {
    let weeklyRows = 0;
    const property = fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 12 }),
      fc.array(question, { minLength: 5, maxLength: 5 }),
      async (events, questions) => {
        const [twin, articles] = [await createTwin(), new Map<string, Article>()];
        for (const change of events) await apply(change, articles, twin);
        for (const {
          days: [from, to],
          filters: given,
          by,
        } of questions) {
          const [filters, period] = [articleFilters.parse(given), periodOf({ from, to })];
          const expected = countInModel(
            [...articles.values()].filter((found) => isCounted(found, filters, period)),
            by,
          );
          expect(await countInDatabase(filters, period, by)).toEqual(expected);
        }
        const { rows } = await sql`select from news_weekly`.execute(db);
        weeklyRows += rows.length;
      },
    );
    await fc.assert(property, { numRuns: 100 });
    // Otherwise the sequences would seldom refresh.
    expect(weeklyRows).toBeGreaterThan(100);
  });

  test('follow an analysis that changes nothing but the topics of an article', async () => {
    const twin = await createTwin();
    const found: Article = {
      source_id: sources[0] ?? '',
      published_at: new Date(monday),
      language: 'es',
      country: 'ES',
      sentiment: 'neutral',
      sentiment_score: 0,
      topics: ['policy'],
      is_relevant: true,
      is_duplicate: false,
    };
    const [id = ''] = await twin.insert([found]);
    await refreshWeeklyCounts(db);
    await twin.update(id, found);
    expect((await sql`select from news_weekly_changes`.execute(db)).rows).toHaveLength(0);
    await twin.update(id, { ...found, topics: ['policy', 'screening'] });
    const { rows } = await sql`select week::text from news_weekly_changes`.execute(db);
    expect(rows).toEqual([{ week: new Date(monday).toISOString().slice(0, 10) }]);
  });
});
