import { type Kysely, sql } from 'kysely';

/** Articles that analytics count without filters: relevant ones without duplicates. */
const isCounted = sql`is_relevant and duplicate_of is null`;

/** What the weekly counts depend on. */
const countedIn = (rows: 'old_rows' | 'new_rows') => sql`
  select date_trunc('week', published_at at time zone 'UTC')::date as week, language, country, sentiment, sentiment_score, topics
  from ${sql.raw(rows)} where ${isCounted}`;

const events = {
  insert: { rows: sql`new table as new_rows`, changed: countedIn('new_rows') },
  delete: { rows: sql`old table as old_rows`, changed: countedIn('old_rows') },
  update: {
    rows: sql`old table as old_rows new table as new_rows`,
    changed: sql`(${countedIn('old_rows')} except all ${countedIn('new_rows')})
      union all (${countedIn('new_rows')} except all ${countedIn('old_rows')})`,
  },
} as const;

/** Records the weeks whose counts a statement changes. */
async function recordChanges(db: Kysely<unknown>, event: keyof typeof events): Promise<void> {
  const { rows, changed } = events[event];
  const name = sql.table(`news_articles_record_${event}`);
  await sql`
    create function ${name}() returns trigger language plpgsql as $$
    begin
      insert into news_weekly_changes (week) select distinct week from (${changed}) changed;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger ${name} after ${sql.raw(event)} on news_articles referencing ${rows}
    for each statement execute function ${name}()`.execute(db);
}

export async function up(db: Kysely<unknown>): Promise<void> {
  // Articles per week and group, how many of them have a sentiment score, and the sum of the scores. `topic` is empty in the rows that
  // count articles of any topic.
  await sql`
    create table news_weekly (
      week date not null, language varchar(8), country char(2), sentiment varchar(8), topic text not null,
      articles integer not null, scored integer not null, score double precision not null)`.execute(db);
  await sql`create index news_weekly_weeks on news_weekly (week, topic)`.execute(db);
  // Weeks whose rows in news_weekly are outdated. Rows are only added, so that statements do not wait for each other.
  await sql`create table news_weekly_changes (week date not null)`.execute(db);
  await sql`create index news_weekly_changes_weeks on news_weekly_changes (week)`.execute(db);
  await sql`insert into news_weekly_changes (week)
    select distinct date_trunc('week', published_at at time zone 'UTC')::date from news_articles where ${isCounted}`.execute(db);
  for (const event of ['insert', 'update', 'delete'] as const) await recordChanges(db, event);
  // The included columns answer most analytics without a look at the table.
  await sql`
    create index news_articles_counted on news_articles (published_at, id)
    include (source_id, language, country, sentiment, sentiment_score) where ${isCounted}`.execute(db);
}
