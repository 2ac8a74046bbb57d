import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('news_exports')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('owner', 'varchar(150)', (column) => column.notNull())
    .addColumn('kind', 'varchar(10)', (column) => column.notNull())
    .addColumn('dataset', 'varchar(20)', (column) => column.notNull())
    .addColumn('filters', 'jsonb', (column) => column.notNull())
    .addColumn('language', 'varchar(2)', (column) => column.notNull())
    .addColumn('state', 'varchar(10)', (column) => column.notNull().defaultTo('queued'))
    .addColumn('storage_key', 'varchar(100)', (column) => column.unique())
    .addColumn('rows', 'integer')
    .addColumn('bytes', 'bigint')
    .addColumn('error', 'varchar(30)')
    .addColumn('created_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('started_at', 'timestamptz(3)')
    .addColumn('finished_at', 'timestamptz(3)')
    .addColumn('expires_at', 'timestamptz(3)')
    .execute();
  await db.schema.createIndex('news_exports_listed').on('news_exports').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('news_exports_of_owner').on('news_exports').columns(['owner', 'created_at', 'id']).execute();
  await db.schema.createIndex('news_exports_expiring').on('news_exports').column('expires_at').execute();
}
