import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ArticleFilters, Period } from './filters.ts';

/** How PostgreSQL reads words: the same configurations as in the generated column `search`. */
const searchConfigurations = [
  { configuration: 'spanish', written: sql<SqlBool>`news_articles.language = 'es'` },
  { configuration: 'english', written: sql<SqlBool>`news_articles.language = 'en'` },
  { configuration: 'simple', written: sql<SqlBool>`(news_articles.language is null or news_articles.language not in ('es', 'en'))` },
] as const;

/** The condition of `q`: one per configuration, because the index can only be searched for words that do not depend on the row. */
export function containsWords(q: string): RawBuilder<SqlBool> {
  const conditions = searchConfigurations.map(
    ({ configuration, written }) => sql`(${written} and news_articles.search @@ websearch_to_tsquery(${sql.lit(configuration)}, ${q}))`,
  );
  return sql`(${sql.join(conditions, sql` or `)})`;
}

type ColumnFilters = Omit<ArticleFilters, 'from' | 'to' | 'q'>;

/** The condition of every filter but the period and `q`, on rows of `news_articles`. */
export function matchesColumns(filters: ColumnFilters): RawBuilder<SqlBool> {
  const { source, language, country, topic, sentiment, relevant, duplicates } = filters;
  const conditions = [
    ...(relevant === 'only' ? [sql`news_articles.is_relevant`] : []),
    ...(duplicates === 'exclude' ? [sql`news_articles.duplicate_of is null`] : []),
    ...(source === undefined ? [] : [sql`news_articles.source_id = ${source}`]),
    ...(language === undefined ? [] : [sql`news_articles.language = ${language}`]),
    ...(country === undefined ? [] : [sql`news_articles.country = ${country}`]),
    ...(topic === undefined ? [] : [sql`news_articles.topics @> array[${topic}]`]),
    ...(sentiment === undefined ? [] : [sql`news_articles.sentiment = ${sentiment}`]),
  ];
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}

/** The condition of every filter but the period. */
export const matchesFilters = (filters: ArticleFilters): RawBuilder<SqlBool> =>
  filters.q === undefined ? matchesColumns(filters) : sql`(${matchesColumns(filters)} and ${containsWords(filters.q)})`;

/** The condition that an article was published in a period. */
export const isPublishedIn = ({ from, to }: Period): RawBuilder<SqlBool> =>
  sql`(news_articles.published_at >= ${from} and news_articles.published_at < ${to})`;
