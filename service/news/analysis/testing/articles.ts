import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../../../database/tables.ts';

interface TestArticle {
  readonly title: string;
  readonly summary?: string;
}

/** Adds articles of a new source, which wait for their analysis. */
export async function addArticles(db: Kysely<Tables>, articles: readonly TestArticle[]): Promise<void> {
  const name = randomUUID();
  const { id: source } = await db
    .insertInto('news_sources')
    .values({
      name,
      url: `https://${name}.example/feed`,
      kind: 'feed',
      selectors: JSON.stringify(null),
      interval_minutes: 60,
      is_active: true,
      compliance_score: 100,
      compliance_reasons: JSON.stringify([]),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = articles.map(({ title, summary = '' }, index) => ({
    source_id: source,
    url: `https://${name}.example/${index}`,
    title,
    summary,
    published_at: new Date(),
    is_date_known: true,
    content_hash: createHash('sha256').update(`${title} ${summary}`).digest(),
    analysis: JSON.stringify(null),
  }));
  await db.insertInto('news_articles').values(rows).execute();
}
