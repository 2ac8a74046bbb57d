import { type Kysely, sql } from 'kysely';

/** One unfinished fetch per source, and the bands of SimHash by which near duplicates are found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create unique index news_fetches_unfinished on news_fetches (source_id) where finished_at is null`.execute(db);
  for (const shift of [0, 16, 32, 48]) {
    await sql`
      create index ${sql.raw(`news_articles_band_${shift}`)} on news_articles (((simhash >> ${sql.raw(String(shift))}) & 65535), published_at)
      where simhash is not null`.execute(db);
  }
}
