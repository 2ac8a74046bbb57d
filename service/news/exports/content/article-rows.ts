import { type Kysely, sql } from 'kysely';
import type { Sentiment } from '../../../../contract/news.ts';
import type { Reads } from '../../../database/reads.ts';
import type { Tables } from '../../../database/tables.ts';
import type { ArticleFilters, Period } from '../../filters.ts';
import { findIds } from '../../find-ids.ts';

/** Articles that one statement reads. */
const batchSize = 1000;

export interface ArticleRow {
  readonly id: string;
  readonly published_at: Date;
  readonly is_date_known: boolean;
  readonly title: string;
  readonly summary: string;
  readonly url: string;
  readonly source: string;
  readonly author: string | null;
  readonly language: string | null;
  readonly country: string | null;
  readonly relevance: number | null;
  readonly is_relevant: boolean | null;
  readonly sentiment: Sentiment | null;
  readonly sentiment_score: number | null;
  readonly sentiment_confidence: number | null;
  readonly topics: readonly string[] | null;
  readonly keywords: readonly string[] | null;
}

interface Selection {
  readonly filters: ArticleFilters;
  readonly period: Period;
}

/** Decimals as they were stored: a `real` has about seven digits. */
const decimal = (column: string) => sql`${sql.ref(column)}::numeric::double precision as ${sql.ref(column.replace(/^.*\./, ''))}`;

/** The articles after one, the newest first. */
async function page(db: Kysely<Tables>, selection: Selection, after: ArticleRow | undefined, limit: number) {
  const ids = await findIds(db, { ...selection, order: 'newest', after, limit });
  const { rows } = await sql<ArticleRow>`
    select news_articles.id::text as id, news_articles.published_at, is_date_known, title, summary, news_articles.url, news_sources.name as source,
      author, news_articles.language, news_articles.country, is_relevant, sentiment, topics, keywords,
      ${sql.join(['relevance', 'sentiment_score', 'sentiment_confidence'].map((name) => decimal(`news_articles.${name}`)))}
    from news_articles join news_sources on news_sources.id = news_articles.source_id
    where news_articles.id = any(${ids}::bigint[]) order by news_articles.published_at desc, news_articles.id desc`.execute(db);
  return rows;
}

/** The newest articles. */
export const newestArticles = (db: Kysely<Tables>, selection: Selection, limit: number): Promise<readonly ArticleRow[]> =>
  page(db, selection, undefined, limit);

/**
 * All articles in batches, the newest first. Each batch is read on its own: an export holds no transaction open, and continues on the
 * primary if the replica fails.
 */
export async function* articleBatches(read: Reads['read'], selection: Selection): AsyncIterable<readonly ArticleRow[]> {
  let last: ArticleRow | undefined;
  for (;;) {
    const after = last;
    const rows = await read((db) => page(db, selection, after, batchSize));
    // Shorter batches are not the last ones: an article may be deleted while it is read.
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}
