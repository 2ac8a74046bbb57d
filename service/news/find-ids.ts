import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { containsWords, isPublishedIn, matchesColumns } from './filter-conditions.ts';
import type { ArticleFilters, Period } from './filters.ts';

interface Selection {
  readonly filters: ArticleFilters;
  readonly period: Period;
  readonly order: 'newest' | 'oldest';
  /** The last article of the page before. */
  readonly after: { readonly id: string; readonly published_at: Date } | undefined;
  readonly limit: number;
}

const directions = {
  newest: { comparison: sql`<`, direction: sql`desc` },
  oldest: { comparison: sql`>`, direction: sql`asc` },
} as const;

const idsOf = async (db: Kysely<Tables>, ids: RawBuilder<{ id: string }>) => (await ids.execute(db)).rows.map(({ id }) => id);

/** The conditions of a selection but its words, and its order. */
function partsOf({ filters, period, order, after }: Selection) {
  const { comparison, direction } = directions[order];
  const rest =
    after === undefined
      ? sql`true`
      : sql`(news_articles.published_at, news_articles.id) ${comparison} (${after.published_at}::timestamptz, ${after.id}::bigint)`;
  return {
    condition: sql`${isPublishedIn(period)} and ${matchesColumns(filters)} and ${rest}`,
    ordered: (from: string) => sql`order by ${sql.ref(`${from}.published_at`)} ${direction}, ${sql.ref(`${from}.id`)} ${direction}`,
  };
}

/**
 * Looks for the words in one article after the other, up to a number of articles. The subquery needs no column but those of an index: only
 * articles that match the other filters are read.
 */
function walk(selection: Selection, q: string, candidates: RawBuilder<unknown>) {
  const { condition, ordered } = partsOf(selection);
  return sql<{ id: string }>`
    select news_articles.id::text from (
      select id, published_at from news_articles where ${condition} ${ordered('news_articles')} ${candidates}) candidates
    join news_articles on news_articles.id = candidates.id where ${containsWords(q)} ${ordered('candidates')} limit ${selection.limit}`;
}

/** All articles with the words, by the index of words; undefined if there are more than `max`. */
async function lookUp(db: Kysely<Tables>, selection: Selection, q: string, max: number): Promise<string[] | undefined> {
  const { condition, ordered } = partsOf(selection);
  return db.transaction().execute(async (trx) => {
    // A word is often estimated to be more frequent than it is, so that reading the whole table would seem the fastest way to `max` articles.
    await sql`set local enable_seqscan = off`.execute(trx);
    // Only words are a condition: else the planner may choose the index of another filter.
    const { rows } = await sql<{ found: number; ids: string[] }>`
      with matches as materialized (
        select id, published_at, (${condition}) as is_selected from news_articles where ${containsWords(q)} limit ${max + 1})
      select (select count(*)::integer from matches) as found, array(
        select id::text from matches where is_selected ${ordered('matches')} limit ${selection.limit}) as ids`.execute(trx);
    const [{ found, ids } = { found: 0, ids: [] }] = rows;
    return found > max ? undefined : ids;
  });
}

/** PostgreSQL reads so many articles in about 100 ms. */
const fewArticles = 20_000;

/**
 * Ids of articles by their publication. The planner does not know how often words occur together with other filters, and may read a million
 * articles to find none. So the first articles are read, in which frequent words are found; then the index of words, which is fast for rare
 * ones; and only for words that are neither, all articles.
 */
export async function findIds(db: Kysely<Tables>, selection: Selection, few = fewArticles): Promise<string[]> {
  const { filters, limit } = selection;
  const { q } = filters;
  if (q === undefined) {
    const { condition, ordered } = partsOf(selection);
    return idsOf(db, sql`select id::text from news_articles where ${condition} ${ordered('news_articles')} limit ${limit}`);
  }
  const first = await idsOf(db, walk(selection, q, sql`limit ${few}`));
  if (first.length === limit) return first;
  return (await lookUp(db, selection, q, few)) ?? idsOf(db, walk(selection, q, sql`offset 0`));
}
