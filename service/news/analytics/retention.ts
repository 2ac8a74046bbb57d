import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';

/** Articles that one statement deletes at most. */
const maxDeleted = 1000;

/**
 * Deletes some of the articles that were published and found so many days ago, the oldest first. An old article that a site still lists
 * is stored as long after it was found: otherwise each fetch would add it again. The weekly counts follow, as they do after any
 * deletion.
 * @returns how many
 */
export async function deleteExpiredArticles(db: Kysely<Tables>, days: number): Promise<number> {
  const expired = sql`now() - ${days} * interval '1 day'`;
  const { numAffectedRows = 0n } = await sql`
    delete from news_articles where id in (
      select id from news_articles where published_at < ${expired} and found_at < ${expired} order by published_at, id limit ${maxDeleted})`.execute(
    db,
  );
  return Number(numAffectedRows);
}
