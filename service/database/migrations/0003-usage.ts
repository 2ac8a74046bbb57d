import { type Kysely, sql } from 'kysely';

/** Months after the current one that the migration creates; running processes create the later ones. */
const monthsAhead = 3;

/** Creates the first partitions. It repeats code of partitions.ts: that changes with the service, a released migration must not. */
async function createPartitions(db: Kysely<unknown>, table: string, now: Date): Promise<void> {
  const monthOf = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString();
  for (let offset = -1; offset <= monthsAhead; offset += 1) {
    const name = `${table}_${monthOf(offset).slice(0, 7).replace('-', '_')}`;
    await sql`create table ${sql.table(name)} partition of ${sql.table(table)}
      for values from (${sql.lit(monthOf(offset))}) to (${sql.lit(monthOf(offset + 1))})`.execute(db);
  }
}

/**
 * Usage and samples are partitioned by month: dropping an old month is cheaper than deleting its rows. The unique key of a partitioned
 * table must include the partition key, so a repeated insert has the same time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table usage_events (
      id uuid not null,
      at timestamptz not null,
      caller_id varchar(100) not null,
      key_id uuid,
      user_id uuid,
      client_id varchar(100),
      operation varchar(20) not null,
      model varchar(200) not null,
      prompt_tokens bigint not null,
      completion_tokens bigint not null,
      cost_micros bigint not null,
      cached boolean not null,
      requests integer not null,
      primary key (at, id)
    ) partition by range (at)`.execute(db);
  await sql`create index usage_events_caller on usage_events (caller_id, at)`.execute(db);
  await sql`create index usage_events_user on usage_events (user_id, at) where user_id is not null`.execute(db);
  await sql`
    create table metric_samples (
      at timestamptz not null,
      process varchar(300) not null,
      requests_total bigint not null,
      errors_total bigint not null,
      cpu_percent real not null,
      memory_mb real not null,
      disk_usage real not null,
      primary key (at, process)
    ) partition by range (at)`.execute(db);
  await sql`
    create table budgets (
      key_id uuid not null,
      month date not null,
      spent_micros bigint not null default 0,
      reserved_micros bigint not null default 0,
      primary key (key_id, month)
    )`.execute(db);
  await sql`
    create table budget_reservations (
      id uuid primary key,
      key_id uuid not null,
      month date not null,
      held_micros bigint not null,
      reserved_until timestamptz not null
    )`.execute(db);
  await sql`create index budget_reservations_until on budget_reservations (reserved_until)`.execute(db);
  const now = new Date();
  for (const table of ['usage_events', 'metric_samples']) await createPartitions(db, table, now);
}
