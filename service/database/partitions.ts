import { type Kysely, sql } from 'kysely';

/** Tables with one partition per month (UTC) of their column `at`. */
export const partitionedTables = ['usage_events', 'metric_samples'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

/** Key of an advisory lock that nothing else uses. */
const partitionLock = 7_340_217;

const monthOf = (date: Date, offset: number) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1));
/** `usage_events_2026_11`: sorting names sorts months. */
export const partitionName = (table: PartitionedTable, month: Date) => `${table}_${month.toISOString().slice(0, 7).replace('-', '_')}`;

async function listPartitions<T>(db: Kysely<T>, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    join pg_class parent on parent.oid = inhparent
    where parent.relname = ${table} and parent.relnamespace = current_schema()::regnamespace order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

async function createPartition<T>(db: Kysely<T>, table: PartitionedTable, from: Date, to: Date): Promise<void> {
  const bounds = [from, to].map((date) => sql.lit(date.toISOString()));
  await sql`create table if not exists ${sql.table(partitionName(table, from))} partition of ${sql.table(table)}
    for values from (${bounds[0]}) to (${bounds[1]})`.execute(db);
}

/** One process at a time changes partitions, and none waits long for a table in use. */
const withLock = <T>(db: Kysely<T>, work: (db: Kysely<T>) => Promise<void>) =>
  db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(partitionLock)})`.execute(transaction);
    await sql`set local lock_timeout = '1s'`.execute(transaction);
    await work(transaction);
  });

/**
 * Creates missing partitions of this month, of the next `monthsAhead`, and of the previous month for processes with a late clock.
 * @returns the names of the created partitions
 */
export async function ensurePartitions<T>(db: Kysely<T>, now: Date, monthsAhead: number): Promise<string[]> {
  const created: string[] = [];
  for (const table of partitionedTables) {
    const names = await listPartitions(db, table);
    for (let offset = -1; offset <= monthsAhead; offset += 1) {
      const [from, to] = [monthOf(now, offset), monthOf(now, offset + 1)];
      if (names.includes(partitionName(table, from))) continue;
      await (db.isTransaction ? createPartition(db, table, from, to) : withLock(db, (locked) => createPartition(locked, table, from, to)));
      created.push(partitionName(table, from));
    }
  }
  return created;
}

/**
 * Drops the partitions older than `monthsKept` months before this one.
 * @returns the names of the dropped partitions
 */
export async function dropOldPartitions<T>(db: Kysely<T>, now: Date, monthsKept: number): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const oldest = partitionName(table, monthOf(now, -monthsKept));
    for (const name of (await listPartitions(db, table)).filter((partition) => partition < oldest)) {
      await withLock(db, async (locked) => void (await sql`drop table if exists ${sql.table(name)}`.execute(locked)));
      dropped.push(name);
    }
  }
  return dropped;
}
