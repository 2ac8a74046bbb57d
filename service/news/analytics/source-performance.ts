import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { isPublishedIn, matchesFilters } from '../filter-conditions.ts';
import { type ArticleFilters, endOf, periodOf, toDays } from '../filters.ts';
import type { SourcePerformances } from './schema.ts';

interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly articles: number;
  readonly median_delay_minutes: number | null;
  readonly fetches: number;
  readonly failures: number;
  readonly last_success_at: Date | null;
}

/** Delays are those of the last days of the period. */
const delayDays = 30;

/** How each source performs; with the filter `source`, that source only. */
export async function readSourcePerformance(db: Kysely<Tables>, filters: ArticleFilters): Promise<SourcePerformances> {
  const period = periodOf(filters);
  const { source } = filters;
  // Counts need columns of an index only, delays each article. A page can be dated later than it is found: its delay is 0.
  const { rows } = await sql<SourceRow>`
    with counted as (
      select source_id, count(*)::integer as articles
      from news_articles where ${isPublishedIn(period)} and ${matchesFilters(filters)} group by source_id),
    delayed as (
      select source_id,
        percentile_cont(0.5) within group (order by greatest(extract(epoch from found_at - published_at)::double precision / 60, 0))
          as median_delay_minutes
      from news_articles where ${isPublishedIn(endOf(period, delayDays))} and is_date_known and ${matchesFilters(filters)} group by source_id)
    select id, name, is_active, coalesce(articles, 0) as articles, median_delay_minutes, fetches,
      fetched.failures, last_success_at
    from news_sources
    left join counted on counted.source_id = news_sources.id
    left join delayed on delayed.source_id = news_sources.id
    cross join lateral (
      select count(*) filter (where outcome is not null)::integer as fetches,
        count(*) filter (where outcome in ('failed', 'rejected'))::integer as failures
      from news_fetches where news_fetches.source_id = news_sources.id and queued_at >= ${period.from} and queued_at < ${period.to}) fetched
    cross join lateral (
      select max(finished_at) as last_success_at from (
        select finished_at from news_fetches
        where news_fetches.source_id = news_sources.id and outcome in ('succeeded', 'not_modified') order by queued_at desc, news_fetches.id desc limit 1) latest) succeeded
    where ${source === undefined ? sql`true` : sql`news_sources.id = ${source}`}
    order by articles desc, name`.execute(db);
  const all = rows.reduce((sum, { articles }) => sum + articles, 0);
  const items = rows.map(({ id, name, last_success_at, ...row }) => ({
    source: { id, name },
    ...row,
    share: all === 0 ? null : row.articles / all,
    last_success_at: last_success_at?.toISOString() ?? null,
  }));
  return { ...toDays(period), items };
}
