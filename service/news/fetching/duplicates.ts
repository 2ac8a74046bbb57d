import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';

/** Articles whose texts differ by at most so many bits of their SimHash are duplicates, if they appear within so many days. */
const [maxBits, maxDays] = [8, 7];

/**
 * 64 bits are four bands, each with an index (0012-news-fetching.ts). Hashes that differ in three bits always have a band in common, those that
 * differ in eight often do: docs/decisions/news.md has the shares of near duplicates that are found.
 */
const bands = [0, 16, 32, 48];

const sameBand = (shift: number) =>
  sql`((known.simhash >> ${sql.raw(String(shift))}) & 65535) = ((article.simhash >> ${sql.raw(String(shift))}) & 65535)`;
const isEarlier = sql`known.id < article.id and known.published_at between article.published_at - make_interval(days => ${maxDays}) and article.published_at + make_interval(days => ${maxDays})`;

/** Earlier articles with the same content, or almost the same. One branch per index. */
const earlier = sql.join(
  [
    sql`select known.id from news_articles known where known.content_hash = article.content_hash and ${isEarlier}`,
    ...bands.map(
      (shift) => sql`select known.id from news_articles known
        where ${sameBand(shift)} and known.simhash is not null and ${isEarlier}
          and bit_count((known.simhash # article.simhash)::bit(64)) <= ${maxBits}`,
    ),
  ],
  sql` union all `,
);

/**
 * Sets the original of each of these articles, the first one with the same content; null if it has none. The lock on inserts must be held.
 * @returns how many have one
 */
export async function markDuplicates(trx: Transaction<Tables>, ids: readonly string[]): Promise<number> {
  await sql`
    update news_articles article set duplicate_of = (select min(similar_article.id) from (${earlier}) similar_article)
    where id = any(${ids}::bigint[])`.execute(trx);
  // An original that is a duplicate itself: each pass shortens the chains.
  for (let changed = 1n; changed > 0n; ) {
    const { numAffectedRows = 0n } = await sql`
      update news_articles article set duplicate_of = original.duplicate_of from news_articles original
      where article.id = any(${ids}::bigint[]) and original.id = article.duplicate_of and original.duplicate_of is not null`.execute(trx);
    changed = numAffectedRows;
  }
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from news_articles where id = any(${ids}::bigint[]) and duplicate_of is not null`.execute(trx);
  return rows[0]?.count ?? 0;
}
