import { hash, randomUUID } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Creates an active source and returns its id. */
export async function insertSource(db: Kysely<Tables>, rest: Partial<Insertable<Tables['news_sources']>> = {}): Promise<string> {
  const name = `source-${randomUUID()}`;
  const { id } = await db
    .insertInto('news_sources')
    .values({
      name,
      url: `https://${name}.example/feed`,
      kind: 'feed',
      selectors: 'null',
      interval_minutes: 60,
      is_active: true,
      compliance_score: 100,
      compliance_reasons: '[]',
      ...rest,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** An article as it is stored, after its analysis found it relevant. */
export function articleValues(rest: Partial<Insertable<Tables['news_articles']>> & { readonly source_id: string }) {
  const url = `https://news.example/${randomUUID()}`;
  return {
    url,
    title: 'A title',
    summary: 'A summary.',
    published_at: new Date(),
    is_date_known: true,
    content_hash: Buffer.from(hash('sha256', url), 'hex'),
    analysis_version: 'test',
    analyzed_at: new Date(),
    language: 'en',
    relevance: 0.8,
    is_relevant: true,
    sentiment: 'neutral',
    sentiment_score: 0,
    sentiment_confidence: 0.5,
    country: null,
    topics: [],
    keywords: [],
    analysis: 'null',
    ...rest,
  } as const satisfies Insertable<Tables['news_articles']>;
}

/** Stores an article and returns its id. */
export async function insertArticle(db: Kysely<Tables>, values: Parameters<typeof articleValues>[0]): Promise<string> {
  const { id } = await db.insertInto('news_articles').values(articleValues(values)).returning('id').executeTakeFirstOrThrow();
  return id;
}
