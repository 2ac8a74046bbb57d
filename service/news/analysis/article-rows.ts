import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { Analysis, ArticleText } from './analysis.ts';

/** An article that waits for its analysis. */
export interface WaitingArticle extends ArticleText {
  readonly id: string;
}

/** Takes the oldest waiting articles that no other process has taken; they stay locked until the end of the transaction. */
export const takeWaiting = (trx: Transaction<Tables>, limit: number): Promise<WaitingArticle[]> =>
  trx
    .selectFrom('news_articles')
    .innerJoin('news_sources', 'news_sources.id', 'news_articles.source_id')
    .select([
      'news_articles.id',
      'title',
      'summary',
      sql<string | null>`coalesce(news_articles.declared_language, news_sources.language)`.as('declaredLanguage'),
      'news_sources.country as sourceCountry',
    ])
    .where('analysis_version', 'is', null)
    .orderBy('news_articles.id')
    .limit(limit)
    .forUpdate('news_articles')
    .skipLocked()
    .execute();

/** An article with its analysis; `explanation` is stored as JSON. */
export interface AnalyzedArticle {
  readonly id: string;
  readonly analysis: Pick<Analysis, 'language' | 'relevance' | 'isRelevant' | 'sentiment' | 'topics' | 'keywords' | 'country'>;
  readonly explanation: object;
}

const toRecord = ({ id, analysis, explanation }: AnalyzedArticle) => {
  const { language, relevance, isRelevant, sentiment, topics, keywords, country } = analysis;
  return {
    id,
    language,
    relevance,
    is_relevant: isRelevant,
    sentiment: sentiment?.label ?? null,
    sentiment_score: sentiment?.score ?? null,
    sentiment_confidence: sentiment?.confidence ?? null,
    country,
    topics: topics.map(({ name }) => name),
    keywords,
    analysis: explanation,
  };
};

/** Writes the results of articles in one statement. A trigger notifies the processes that cache analytics (0010-news-analytics). */
export async function writeAnalyses(db: Kysely<Tables>, version: string, articles: readonly AnalyzedArticle[]): Promise<void> {
  const records = JSON.stringify(articles.map(toRecord));
  await sql`
    update news_articles set analysis_version = ${version}, analyzed_at = now(), language = result.language, relevance = result.relevance,
      is_relevant = result.is_relevant, sentiment = result.sentiment, sentiment_score = result.sentiment_score,
      sentiment_confidence = result.sentiment_confidence, country = result.country, topics = result.topics, keywords = result.keywords,
      analysis = result.analysis
    from jsonb_to_recordset(${records}::jsonb) as result (id bigint, language varchar, relevance real, is_relevant boolean,
      sentiment varchar, sentiment_score real, sentiment_confidence real, country char(2), topics text[], keywords text[], analysis jsonb)
    where news_articles.id = result.id`.execute(db);
}

/** Articles up to `last` were checked; undefined: all were. */
interface ResetPage {
  readonly last: string | undefined;
  readonly reset: number;
}

/**
 * Makes articles that another version analyzed wait again, of the next `limit` after the id `after`. Their results are removed, so that no
 * figure mixes versions. It walks along the primary key, because an index of versions would only be used once per release.
 */
export async function resetOtherVersions(db: Kysely<Tables>, version: string, after: string, limit: number): Promise<ResetPage> {
  const { rows } = await sql<{ last: string | null; others: string[] | null }>`
    select max(id)::text as last, array_agg(id::text) filter (where analysis_version <> ${version}) as others
    from (select id, analysis_version from news_articles where id > ${after}::bigint order by id limit ${limit}) page`.execute(db);
  const { last = null, others } = rows[0] ?? {};
  if (others == null) return { last: last ?? undefined, reset: 0 };
  const { numAffectedRows = 0n } = await sql`
    update news_articles set analysis_version = null, analyzed_at = null, language = null, relevance = null, is_relevant = null,
      sentiment = null, sentiment_score = null, sentiment_confidence = null, country = null, topics = null, keywords = null, analysis = null
    where id = any(${others}::bigint[]) and analysis_version <> ${version}`.execute(db);
  return { last: last ?? undefined, reset: Number(numAffectedRows) };
}
