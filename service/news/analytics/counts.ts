import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { isPublishedIn, matchesFilters } from '../filter-conditions.ts';
import type { ArticleFilters, Period } from '../filters.ts';
import { wholeWeeks } from './weeks.ts';

/** What articles are grouped by; days and weeks (of Monday) in UTC. An article with several topics counts once for each of them. */
export type Dimension = 'day' | 'week' | 'language' | 'country' | 'sentiment' | 'topic';

export interface Question<D extends Dimension = Dimension> {
  readonly filters: ArticleFilters;
  readonly period: Period;
  readonly by: readonly D[];
}

/** As text, because `pg` reads a date in the time zone of the process. */
const dayText = (day: RawBuilder<unknown>) => sql`to_char(${day}, 'YYYY-MM-DD')`;
const startOf = (unit: 'day' | 'week') => dayText(sql`date_trunc(${sql.lit(unit)}, news_articles.published_at at time zone 'UTC')`);

/** Each dimension as a column of `news_articles` with its topics, and of `news_weekly`, which has no days. */
const columns: Readonly<Record<Dimension, readonly [RawBuilder<unknown>, RawBuilder<unknown>]>> = {
  day: [startOf('day'), sql`null`],
  week: [startOf('week'), dayText(sql`news_weekly.week`)],
  language: [sql`news_articles.language`, sql`news_weekly.language`],
  country: [sql`news_articles.country`, sql`news_weekly.country`],
  sentiment: [sql`news_articles.sentiment`, sql`news_weekly.sentiment`],
  topic: [sql`topics.topic`, sql`news_weekly.topic`],
};

/** A part of a select list or of a group. */
const list = (parts: readonly RawBuilder<unknown>[]) => sql.join(parts);

/** The topics of an article; an analysis may name one twice. */
const joinTopics = sql`cross join lateral (select distinct unnest(news_articles.topics) as topic) topics`;

/** Groups of the articles that `from` selects. */
function articleGroups({ filters, period, by }: Question, from: RawBuilder<unknown>): RawBuilder<unknown> {
  const selected = by.map((dimension) => sql`${columns[dimension][0]} as ${sql.ref(dimension)}`);
  const totals = [
    sql`count(*)::integer as articles`,
    sql`count(news_articles.sentiment_score)::integer as scored`,
    sql`sum(news_articles.sentiment_score)::double precision as score`,
  ];
  const group = by.length === 0 ? sql`` : sql`group by ${list(by.map((_, index) => sql.lit(index + 1)))}`;
  return sql`select ${list([...selected, ...totals])} from ${from} ${by.includes('topic') ? joinTopics : sql``}
    where ${isPublishedIn(period)} and ${matchesFilters(filters)} ${group}`;
}

/** Whether `news_weekly` has the columns that the question needs. */
const canUseWeekly = ({ filters: { source, q, relevant, duplicates, topic }, by }: Question) =>
  source === undefined &&
  q === undefined &&
  relevant === 'only' &&
  duplicates === 'exclude' &&
  !by.includes('day') &&
  (topic === undefined || !by.includes('topic'));

const weekOf = (at: Date) => sql`${at.toISOString().slice(0, 10)}::date`;
const midnight = (day: RawBuilder<unknown>) => sql`(${day})::timestamp at time zone 'UTC'`;

/** Groups of the weekly counts, without weeks whose counts are outdated. */
function weeklyGroups({ filters, by }: Question, weeks: Period): RawBuilder<unknown> {
  const { language, country, sentiment, topic = '' } = filters;
  const selected = by.map((dimension) => sql`${columns[dimension][1]} as ${sql.ref(dimension)}`);
  const equal = Object.entries({ language, country, sentiment }).filter(([, value]) => value !== undefined);
  const conditions = [
    sql`week >= ${weekOf(weeks.from)} and week < ${weekOf(weeks.to)}`,
    by.includes('topic') ? sql`topic <> ''` : sql`topic = ${topic}`,
    ...equal.map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    sql`not exists (select from news_weekly_changes changes where changes.week = news_weekly.week)`,
  ];
  return sql`select ${list([...selected, sql`articles, scored, score`])} from news_weekly where ${sql.join(conditions, sql` and `)}`;
}

/** The days before and after the whole weeks of a period, and the weeks whose counts are outdated. */
const otherRanges = ({ from, to }: Period, weeks: Period) => sql`
  (select starts, ends from (values (${from}::timestamptz, ${weeks.from}::timestamptz), (${weeks.to}, ${to})) edges (starts, ends)
    where starts < ends
  union all
  select ${midnight(sql`week`)}, ${midnight(sql`week + 7`)}
    from (select distinct week from news_weekly_changes where week >= ${weekOf(weeks.from)} and week < ${weekOf(weeks.to)}) changed) ranges`;

/**
 * A subquery with a column for each dimension, `articles`, how many of them are `scored`, and the sum of their sentiment scores. A group
 * can have several rows: the caller sums them. Whole weeks are read from the weekly counts, the rest and outdated weeks from the articles; one statement has one
 * snapshot, so that the sum is always that of the articles.
 */
export function groups(question: Question): RawBuilder<unknown> {
  const { period } = question;
  const weeks = canUseWeekly(question) ? wholeWeeks(period) : undefined;
  if (weeks === undefined) return sql`(${articleGroups(question, sql`news_articles`)})`;
  const joined = sql`${otherRanges(period, weeks)}
    join news_articles on news_articles.published_at >= ranges.starts and news_articles.published_at < ranges.ends`;
  return sql`(${weeklyGroups(question, weeks)} union all ${articleGroups(question, joined)})`;
}

/** Mean of the sentiment scores of groups; null if no article has one. */
export const meanScore = sql`sum(score) / nullif(sum(scored), 0)`;

export interface Totals {
  readonly articles: number;
  /** Mean sentiment score; null if no article has one. */
  readonly score: number | null;
}

/** Number and mean score of the articles in each group, in the order of the dimensions. */
export async function countArticles<D extends Dimension>(db: Kysely<Tables>, question: Question<D>) {
  const { by } = question;
  const names = by.map((dimension) => sql.ref(dimension));
  const totals = [sql`sum(articles)::integer as articles`, sql`${meanScore} as score`];
  const order = by.length === 0 ? sql`` : sql`group by ${list(names)} order by ${list(names)}`;
  const { rows } = await sql<Readonly<Record<D, string | null>> & Totals>`
    select ${list([...names, ...totals])} from ${groups(question)} cells ${order}`.execute(db);
  return rows;
}
