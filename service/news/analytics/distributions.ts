import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { type ArticleFilters, type Period, periodOf, toDays } from '../filters.ts';
import { countArticles, type Dimension, groups, meanScore } from './counts.ts';
import type { GeographicDistribution, SentimentTrends, SentimentTrendsQuery, TopicDistribution } from './schema.ts';

interface Tones {
  readonly articles: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly score: number | null;
}

/** Articles and their tones in each group of a dimension. */
async function tonesBy(db: Kysely<Tables>, filters: ArticleFilters, period: Period, dimension: Exclude<Dimension, 'sentiment'>) {
  const tone = (name: string) => sql`coalesce(sum(articles) filter (where sentiment = ${sql.lit(name)}), 0)::integer as ${sql.ref(name)}`;
  const { rows } = await sql<Tones & { readonly name: string | null }>`
    select ${sql.ref(dimension)} as name, sum(articles)::integer as articles, ${tone('positive')}, ${tone('neutral')}, ${tone('negative')},
      ${meanScore} as score
    from ${groups({ filters, period, by: [dimension, 'sentiment'] })} cells group by 1 order by articles desc, name`.execute(db);
  return rows;
}

const named = <R extends { readonly name: string | null }>(rows: readonly R[]) =>
  rows.flatMap(({ name, ...row }) => (name === null ? [] : [{ ...row, name }]));

export async function readTopics(db: Kysely<Tables>, filters: ArticleFilters): Promise<TopicDistribution> {
  const period = periodOf(filters);
  const [total] = await countArticles(db, { filters, period, by: [] });
  const all = total?.articles ?? 0;
  const rows = named(await tonesBy(db, filters, period, 'topic'));
  return { ...toDays(period), articles: all, items: rows.map(({ name, ...row }) => ({ topic: name, ...row, share: row.articles / all })) };
}

export async function readCountries(db: Kysely<Tables>, filters: ArticleFilters): Promise<GeographicDistribution> {
  const period = periodOf(filters);
  const rows = await tonesBy(db, filters, period, 'country');
  const all = rows.reduce((sum, { articles }) => sum + articles, 0);
  return {
    ...toDays(period),
    articles: all,
    unknown: rows.find(({ name }) => name === null)?.articles ?? 0,
    items: named(rows).map(({ name, ...row }) => ({ country: name, ...row, share: row.articles / all })),
  };
}

const maxDays = { day: 400, week: Number.POSITIVE_INFINITY } as const;
const days = { day: 0, week: 6 } as const;
const addDays = (day: string, count: number) => new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);

/** @throws {Problem} invalid_request for too many days */
export async function readSentiment(db: Kysely<Tables>, { interval, ...filters }: SentimentTrendsQuery): Promise<SentimentTrends> {
  const period = periodOf(filters, { maxDays: maxDays[interval] });
  const { from, to } = toDays(period);
  const rows = named(await tonesBy(db, filters, period, interval)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const items = rows.map(({ name, ...row }) => {
    const [, start = name] = [name, from].toSorted();
    const [end = to] = [addDays(name, days[interval]), to].toSorted();
    return { from: start, to: end, ...row };
  });
  return { from, to, interval, items };
}
