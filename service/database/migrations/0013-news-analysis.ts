import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Wakes the analysis when articles are added.
  await sql`
    create function news_articles_added() returns trigger language plpgsql as $$
    begin
      perform pg_notify('news_articles_waiting', '');
      return null;
    end $$`.execute(db);
  await sql`create trigger news_articles_added after insert on news_articles for each statement execute function news_articles_added()`.execute(
    db,
  );
  // The queue of the refinement.
  await sql`create index news_articles_refining on news_articles (id) where analysis ? 'refine_after'`.execute(db);
}
