import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';

/** Key of an advisory lock that nothing else uses. */
const refreshLock = 7_340_218;

async function changedWeeks(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ week: string }>`select distinct week::text as week from news_weekly_changes order by 1 desc`.execute(db);
  return rows.map(({ week }) => week);
}

/** Counts the articles of a week again. A change that commits meanwhile has its own row in news_weekly_changes, which stays. */
const refreshWeek = (db: Kysely<Tables>, week: string) =>
  db.transaction().execute(async (trx) => {
    // Before any other statement: each sees what was committed before it started.
    await sql`select pg_advisory_xact_lock(${sql.lit(refreshLock)})`.execute(trx);
    await sql`delete from news_weekly_changes where week = ${week}::date`.execute(trx);
    await sql`delete from news_weekly where week = ${week}::date`.execute(trx);
    await sql`
      insert into news_weekly (week, language, country, sentiment, topic, articles, scored, score)
      select ${week}::date, language, country, sentiment, topic, count(*), count(sentiment_score), coalesce(sum(sentiment_score), 0)
      from news_articles cross join lateral (select '' as topic union all select distinct unnest(news_articles.topics)) topics
      where is_relevant and duplicate_of is null
        and published_at >= ${week}::timestamp at time zone 'UTC' and published_at < (${week}::date + 7)::timestamp at time zone 'UTC'
      group by 2, 3, 4, 5`.execute(trx);
  });

/**
 * Brings the weekly counts up to date, the newest week first. Analytics are right without it: they count the articles of outdated weeks.
 * @returns how many weeks were outdated
 */
export async function refreshWeeklyCounts(db: Kysely<Tables>): Promise<number> {
  const weeks = await changedWeeks(db);
  for (const week of weeks) await refreshWeek(db, week);
  return weeks.length;
}
