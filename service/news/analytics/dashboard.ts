import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { isPublishedIn, matchesFilters } from '../filter-conditions.ts';
import { type ArticleFilters, periodBefore, periodOf, toDays } from '../filters.ts';
import { toFigure } from './change.ts';
import { groups } from './counts.ts';
import type { Dashboard } from './schema.ts';

const dimensions = ['language', 'country', 'sentiment'] as const;
/** `all`: the articles of every group. */
type Level = 'all' | (typeof dimensions)[number];

interface GroupRow {
  readonly level: Level;
  /** null: unknown, or all. */
  readonly name: string | null;
  readonly current: number;
  readonly previous: number;
  readonly current_score: number | null;
  readonly previous_score: number | null;
}

/** Articles of both periods by each dimension, the most frequent group first. */
async function countGroups(db: Kysely<Tables>, filters: ArticleFilters): Promise<GroupRow[]> {
  const period = periodOf(filters, { defaultDays: 7 });
  const cellsOf = (of: typeof period, isCurrent: boolean) =>
    sql`select ${sql.lit(isCurrent)} as is_current, cells.* from ${groups({ filters, period: of, by: dimensions })} cells`;
  const sum = (isCurrent: boolean) => sql`coalesce(sum(articles) filter (where is_current = ${sql.lit(isCurrent)}), 0)::integer`;
  const mean = (isCurrent: boolean) => {
    const only = sql`filter (where is_current = ${sql.lit(isCurrent)})`;
    return sql`sum(score) ${only} / nullif(sum(scored) ${only}, 0)`;
  };
  const { rows } = await sql<GroupRow>`
    select case grouping(language, country, sentiment) when 3 then 'language' when 5 then 'country' when 6 then 'sentiment' else 'all' end as level,
      coalesce(language, country, sentiment) as name,
      ${sum(true)} as current, ${sum(false)} as previous, ${mean(true)} as current_score, ${mean(false)} as previous_score
    from (${cellsOf(period, true)} union all ${cellsOf(periodBefore(period), false)}) cells
    group by grouping sets ((), (language), (country), (sentiment))
    order by current desc, previous desc, name`.execute(db);
  return rows;
}

interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly current: number;
  readonly previous: number;
}

/** Articles of both periods by source, the most frequent first. The period before ends where this one starts. */
async function countSources(db: Kysely<Tables>, filters: ArticleFilters): Promise<SourceRow[]> {
  const period = periodOf(filters, { defaultDays: 7 });
  const both = { from: periodBefore(period).from, to: period.to };
  const { rows } = await sql<SourceRow>`
    select news_sources.id, name, current, previous from (
      select source_id, count(*) filter (where published_at >= ${period.from})::integer as current,
        count(*) filter (where published_at < ${period.from})::integer as previous
      from news_articles where ${isPublishedIn(both)} and ${matchesFilters(filters)} group by source_id) counted
    join news_sources on news_sources.id = source_id order by current desc, previous desc, name`.execute(db);
  return rows;
}

/** The week at a glance. */
export async function readDashboard(db: Kysely<Tables>, filters: ArticleFilters): Promise<Dashboard> {
  const period = periodOf(filters, { defaultDays: 7 });
  const before = toDays(periodBefore(period));
  const rows = await countGroups(db, filters);
  const sources = await countSources(db, filters);
  const all = rows.find(({ level }) => level === 'all');
  const isComparable = all !== undefined && all.previous > 0;
  const figure = (current: number, previous: number) => toFigure(current, isComparable ? previous : null);
  const of = (level: Level) =>
    rows.flatMap(({ name, current, previous, ...row }) =>
      row.level === level && name !== null ? [{ name, ...figure(current, previous) }] : [],
    );
  const distinct = (
    of: readonly Pick<SourceRow, 'current' | 'previous'>[] | readonly { readonly current: number; readonly previous: number | null }[],
  ) => figure(of.filter(({ current }) => current > 0).length, of.filter(({ previous }) => (previous ?? 0) > 0).length);
  const [by_language, by_country] = [of('language'), of('country')];
  return {
    ...toDays(period),
    previous_from: before.from,
    previous_to: before.to,
    articles: figure(all?.current ?? 0, all?.previous ?? 0),
    sources: distinct(sources),
    languages: distinct(by_language),
    countries: distinct(by_country),
    score: all?.current_score ?? null,
    previous_score: all?.previous_score ?? null,
    by_sentiment: of('sentiment'),
    by_language,
    by_country,
    by_source: sources.map(({ id, name, current, previous }) => ({ source: { id, name }, ...figure(current, previous) })),
  };
}
