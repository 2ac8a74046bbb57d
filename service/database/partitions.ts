import { type Kysely, sql } from 'kysely';

/** Tables with one partition a month (UTC), on their column `at`. */
export const partitionedTables = ['usage_events', 'metric_samples'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

/** Any number that nothing else of the product locks on. */
const partitionLock = 7_340_217;

const monthOf = (date: Date, offset: number) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1));
/** `usage_events_2026_11`: names in their order are months in their order. */
export const partitionName = (table: PartitionedTable, month: Date) => `${table}_${month.toISOString().slice(0, 7).replace('-', '_')}`;

async function existing<T>(db: Kysely<T>, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    join pg_class parent on parent.oid = inhparent
    where parent.relname = ${table} and parent.relnamespace = current_schema()::regnamespace order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

async function create<T>(db: Kysely<T>, table: PartitionedTable, from: Date, to: Date): Promise<void> {
  const bounds = [from, to].map((date) => sql.lit(date.toISOString()));
  await sql`create table if not exists ${sql.table(partitionName(table, from))} partition of ${sql.table(table)}
    for values from (${bounds[0]}) to (${bounds[1]})`.execute(db);
}

/** Changes of several processes follow each other; nothing waits long for a table that is in use. */
const exclusively = <T>(db: Kysely<T>, work: (db: Kysely<T>) => Promise<void>) =>
  db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(partitionLock)})`.execute(transaction);
    await sql`set local lock_timeout = '1s'`.execute(transaction);
    await work(transaction);
  });

/**
 * Makes the partitions of this month and of `monthsAhead` more, where they are missing; of the month before too, for a clock that is late.
 * @returns the names of those that were made
 */
export async function ensurePartitions<T>(db: Kysely<T>, now: Date, monthsAhead: number): Promise<string[]> {
  const made: string[] = [];
  for (const table of partitionedTables) {
    const names = await existing(db, table);
    for (let offset = -1; offset <= monthsAhead; offset += 1) {
      const [from, to] = [monthOf(now, offset), monthOf(now, offset + 1)];
      if (names.includes(partitionName(table, from))) continue;
      await (db.isTransaction ? create(db, table, from, to) : exclusively(db, (locked) => create(locked, table, from, to)));
      made.push(partitionName(table, from));
    }
  }
  return made;
}

/**
 * Drops the partitions whose months ended more than `monthsKept` months ago; this month is kept besides.
 * @returns the names of those that were dropped
 */
export async function dropOldPartitions<T>(db: Kysely<T>, now: Date, monthsKept: number): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const oldest = partitionName(table, monthOf(now, -monthsKept));
    for (const name of (await existing(db, table)).filter((each) => each < oldest)) {
      await exclusively(db, async (locked) => void (await sql`drop table if exists ${sql.table(name)}`.execute(locked)));
      dropped.push(name);
    }
  }
  return dropped;
}
