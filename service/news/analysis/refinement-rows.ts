import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { Refinement } from './refine.ts';

/** An article that waits for its refinement, leased to this process. */
export interface LeasedArticle {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** The value of `refine_after`; it changes if the lease expires and another process takes the article. */
  readonly lease: string;
}

/** The time of an article that no process has taken. */
export const notLeased = '1970-01-01T00:00:00Z';

const isLeased = ({ id, lease }: LeasedArticle, version: string) =>
  sql`id = ${id}::bigint and analysis_version = ${version} and analysis ->> 'refine_after' = ${lease}`;

/** Leases articles that wait for their refinement: if this process is killed, another one takes them after `seconds`. */
export async function leaseArticles(db: Kysely<Tables>, version: string, limit: number, seconds: number): Promise<LeasedArticle[]> {
  const { rows } = await sql<LeasedArticle>`
    update news_articles set analysis = jsonb_set(analysis, '{refine_after}', to_jsonb((now() + make_interval(secs => ${seconds}))::text))
    where id in (
      select id from news_articles
      where analysis ? 'refine_after' and analysis_version = ${version} and (analysis ->> 'refine_after')::timestamptz < now()
      order by id limit ${limit} for update skip locked
    )
    returning id::text, title, summary, analysis ->> 'refine_after' as lease`.execute(db);
  return rows;
}

/** Gives an article back that this process does not refine. */
export const releaseArticle = (db: Kysely<Tables>, article: LeasedArticle, version: string) =>
  sql`update news_articles set analysis = jsonb_set(analysis, '{refine_after}', to_jsonb(${notLeased}::text)) where ${isLeased(article, version)}`.execute(
    db,
  );

/** Score of a tone, whose direction is that of the model. */
const directions = { positive: 1, neutral: 0, negative: -1 } as const;

/** @returns whether the article was still leased to this process */
export async function writeRefinement(
  trx: Transaction<Tables>,
  article: LeasedArticle,
  version: string,
  { model, sentiment, confidence, topics }: Refinement,
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update news_articles set sentiment = ${sentiment}, sentiment_score = ${directions[sentiment] * confidence}, sentiment_confidence = ${confidence},
      topics = ${[...topics]}::text[],
      analysis = (analysis - 'refine_after') || jsonb_build_object('refined_by', ${model}::text,
        'before_refinement', jsonb_build_object('sentiment', sentiment, 'sentiment_score', sentiment_score, 'topics', to_jsonb(topics)))
    where ${isLeased(article, version)}`.execute(trx);
  return numAffectedRows > 0n;
}

/** The result of the rules stays, and says why. */
export const writeFailure = (db: Kysely<Tables>, article: LeasedArticle, version: string, reason: string) =>
  sql`update news_articles set analysis = (analysis - 'refine_after') || jsonb_build_object('refinement_failed', ${reason}::text)
    where ${isLeased(article, version)}`.execute(db);
