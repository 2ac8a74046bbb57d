import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { markDuplicates } from './duplicates.ts';
import type { FoundArticle } from './found-articles.ts';

export interface StoredCounts {
  /** New articles with new content. */
  readonly added: number;
  /** Articles of this source whose content changed. */
  readonly updated: number;
  /** New articles whose content is known. */
  readonly duplicates: number;
}

/** Key of the advisory lock on inserts: a duplicate is found only if no other transaction inserts its original at the same time. */
const insertLock = 7_264_013;
const lockPollMs = 20;
/** Articles of one statement, which ends before its timeout on a slow database too. */
const chunkSize = 50;

/** Texts in JSON: one parameter for all articles. */
const toRows = (articles: readonly FoundArticle[]) =>
  JSON.stringify(
    articles.map(({ contentHash, simHash, publishedAt, ...rest }) => ({
      ...rest,
      published_at: publishedAt,
      content_hash: Buffer.from(contentHash).toString('hex'),
      simhash: simHash?.toString() ?? null,
    })),
  );
const given = (articles: readonly FoundArticle[]) => sql`
  json_to_recordset(${toRows(articles)}::json) as given (
    url text, title text, summary text, author text, published_at timestamptz, language text, content_hash text, simhash bigint)`;

async function insertArticles(trx: Transaction<Tables>, sourceId: string, articles: readonly FoundArticle[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into news_articles (source_id, url, title, summary, author, published_at, is_date_known, declared_language, content_hash, simhash)
    select ${sourceId}, url, title, summary, author, coalesce(published_at, now()), published_at is not null, language, decode(content_hash, 'hex'), simhash
    from ${given(articles)}
    on conflict (url) do nothing
    returning id`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Updates articles of the source whose content changed; they are analysed again. */
async function updateArticles(trx: Transaction<Tables>, sourceId: string, articles: readonly FoundArticle[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update news_articles article set
      title = given.title, summary = given.summary, author = given.author, declared_language = given.language,
      published_at = coalesce(given.published_at, article.published_at), is_date_known = given.published_at is not null or article.is_date_known,
      content_hash = decode(given.content_hash, 'hex'), simhash = given.simhash,
      analysis_version = null, analyzed_at = null, language = null, relevance = null, is_relevant = null, sentiment = null,
      sentiment_score = null, sentiment_confidence = null, country = null, topics = null, keywords = null, analysis = null
    from ${given(articles)}
    where article.url = given.url and article.source_id = ${sourceId} and article.content_hash <> decode(given.content_hash, 'hex')
    returning article.id`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Articles that are duplicates of these. */
async function dependentsOf(trx: Transaction<Tables>, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from news_articles where duplicate_of = any(${ids}::bigint[])`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Waits for the lock in short statements: a single one would be cancelled if it waited longer than the timeout of a statement. */
async function lockInserts(trx: Transaction<Tables>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${insertLock}) as locked`.execute(trx);
    if (rows[0]?.locked) return;
    await sleep(lockPollMs);
  }
}

async function storeChunk(trx: Transaction<Tables>, sourceId: string, articles: readonly FoundArticle[]): Promise<StoredCounts> {
  const changed = await updateArticles(trx, sourceId, articles);
  if (changed.length > 0) await markDuplicates(trx, [...changed, ...(await dependentsOf(trx, changed))]);
  const inserted = await insertArticles(trx, sourceId, articles);
  const duplicates = inserted.length === 0 ? 0 : await markDuplicates(trx, inserted);
  return { added: inserted.length - duplicates, updated: changed.length, duplicates };
}

/** Stores the articles of a document. An article belongs to the source that announced it first; a second call changes nothing. */
export async function storeArticles(trx: Transaction<Tables>, sourceId: string, articles: readonly FoundArticle[]): Promise<StoredCounts> {
  let [added, updated, duplicates] = [0, 0, 0];
  if (articles.length > 0) await lockInserts(trx);
  for (let from = 0; from < articles.length; from += chunkSize) {
    const stored = await storeChunk(trx, sourceId, articles.slice(from, from + chunkSize));
    added += stored.added;
    updated += stored.updated;
    duplicates += stored.duplicates;
  }
  return { added, updated, duplicates };
}
