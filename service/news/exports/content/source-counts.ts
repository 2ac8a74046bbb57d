import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../database/tables.ts';
import { isPublishedIn, matchesFilters } from '../../filter-conditions.ts';
import type { ArticleFilters, Period } from '../../filters.ts';

export interface SourceCount {
  readonly source: string;
  readonly articles: number;
  readonly score: number | null;
}

/** Articles of each source that has any, the most first. */
export async function countBySource(
  db: Kysely<Tables>,
  { filters, period }: { readonly filters: ArticleFilters; readonly period: Period },
): Promise<readonly SourceCount[]> {
  const { rows } = await sql<SourceCount>`
    select news_sources.name as source, count(*)::integer as articles, avg(news_articles.sentiment_score)::double precision as score
    from news_articles join news_sources on news_sources.id = news_articles.source_id
    where ${isPublishedIn(period)} and ${matchesFilters(filters)}
    group by news_sources.id order by articles desc, source`.execute(db);
  return rows;
}
