import { type Kysely, sql } from 'kysely';
import type { Sentiment } from '../../../contract/news.ts';
import type { Tables } from '../../database/tables.ts';
import { cursorNotFound } from '../../http/pagination.ts';
import { periodOf } from '../filters.ts';
import { findIds } from '../find-ids.ts';
import type { ArticleDetails, ArticleDuplicate, ArticlesQuery, ListedArticle } from './schema.ts';
import { markedSummary, toSnippet, wordsOf } from './snippet.ts';

/** Matches that are ranked: a frequent word would match too many. */
const maxRanked = 2000;
const maxDuplicates = 50;

const sourceColumns = sql`news_articles.source_id, (select name from news_sources where news_sources.id = news_articles.source_id) as source_name`;
const columns = sql`
  news_articles.id::text, ${sourceColumns}, url, title, summary, author, published_at, is_date_known, found_at, duplicate_of::text, analyzed_at,
  news_articles.language, relevance, is_relevant, sentiment, sentiment_score, sentiment_confidence, news_articles.country, topics, keywords`;

interface SourceRow {
  readonly source_id: string;
  readonly source_name: string;
}
interface ArticleRow extends SourceRow {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly summary: string;
  readonly author: string | null;
  readonly published_at: Date;
  readonly is_date_known: boolean;
  readonly found_at: Date;
  readonly duplicate_of: string | null;
  readonly analyzed_at: Date | null;
  readonly language: string | null;
  readonly relevance: number | null;
  readonly is_relevant: boolean | null;
  readonly sentiment: Sentiment | null;
  readonly sentiment_score: number | null;
  readonly sentiment_confidence: number | null;
  readonly country: string | null;
  readonly topics: string[] | null;
  readonly keywords: string[] | null;
}

/** The row with its source as an object and its times as text. */
function toArticle<R extends ArticleRow>({ source_id, source_name, published_at, found_at, analyzed_at, topics, keywords, ...row }: R) {
  return {
    ...row,
    source: { id: source_id, name: source_name },
    published_at: published_at.toISOString(),
    found_at: found_at.toISOString(),
    analyzed_at: analyzed_at?.toISOString() ?? null,
    topics: topics ?? [],
    keywords: keywords ?? [],
  };
}

const sortOrders = { newest: 'newest', oldest: 'oldest', rank: 'newest' } as const;

/** Ids of a page in the order of their rank, of ids that match. */
async function pageByRank(db: Kysely<Tables>, { after, limit }: ArticlesQuery, q: string, matches: readonly string[]): Promise<string[]> {
  if (matches.length === 0) return [];
  const rest = after === undefined ? sql`true` : sql`(rank, id) < (select rank, id from ranked where id = ${after})`;
  const { rows } = await sql<{ id: string }>`
    with ranked as (select id, ts_rank_cd(search, ${wordsOf(q)}) as rank from news_articles where id = any(${matches}::bigint[]))
    select id::text from ranked where ${rest} order by rank desc, id desc limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** @throws {Problem} invalid_request if there is no such article */
async function positionOf(db: Kysely<Tables>, id: string) {
  const { rows } = await sql<{ id: string; published_at: Date }>`
    select id::text, published_at from news_articles where id = ${id}`.execute(db);
  if (rows[0] === undefined) throw cursorNotFound();
  return rows[0];
}

/**
 * A page of the articles that match.
 * @throws {Problem} invalid_request if the article `after` does not exist, or the period is empty
 */
export async function listArticles(db: Kysely<Tables>, query: ArticlesQuery): Promise<ListedArticle[]> {
  const { sort, q } = query;
  const after = query.after === undefined ? undefined : await positionOf(db, query.after);
  const selection = { filters: query, period: periodOf(query), order: sortOrders[sort] };
  const ids =
    sort === 'rank' && q !== undefined
      ? await pageByRank(db, query, q, await findIds(db, { ...selection, after: undefined, limit: maxRanked }))
      : await findIds(db, { ...selection, after, limit: query.limit });
  if (ids.length === 0) return [];
  // Only the articles of the page need columns and snippets.
  const { rows } = await sql<ArticleRow & { marked: string | null }>`
    select ${columns}, ${q === undefined ? sql`null` : markedSummary(q)} as marked
    from unnest(${ids}::bigint[]) with ordinality page (id, place) join news_articles using (id) order by place`.execute(db);
  return rows.map(({ marked, ...row }) => ({ ...toArticle(row), snippet: marked === null ? null : toSnippet(marked) }));
}

async function listDuplicates(db: Kysely<Tables>, id: string, original: string): Promise<ArticleDuplicate[]> {
  const { rows } = await sql<SourceRow & Pick<ArticleRow, 'id' | 'url' | 'title' | 'published_at'>>`
    select id::text, ${sourceColumns}, url, title, published_at from news_articles
    where (id = ${original} or duplicate_of = ${original}) and id <> ${id}
    order by published_at desc, id desc limit ${maxDuplicates}`.execute(db);
  return rows.map(({ source_id, source_name, published_at, ...row }) => ({
    ...row,
    source: { id: source_id, name: source_name },
    published_at: published_at.toISOString(),
  }));
}

type DetailsRow = ArticleRow & Pick<ArticleDetails, 'declared_language' | 'analysis_version' | 'analysis'>;

/** An article with its explanation and its duplicates; undefined if it does not exist. */
export async function findArticle(db: Kysely<Tables>, id: string): Promise<ArticleDetails | undefined> {
  const { rows } = await sql<DetailsRow>`
    select ${columns}, declared_language, analysis_version, analysis from news_articles where id = ${id}`.execute(db);
  const [row] = rows;
  return row && { ...toArticle(row), duplicates: await listDuplicates(db, id, row.duplicate_of ?? id) };
}
