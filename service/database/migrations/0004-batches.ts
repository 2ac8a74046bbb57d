import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('batches')
    .addColumn('id', 'uuid', (column) => column.primaryKey())
    .addColumn('owner', 'varchar(150)', (column) => column.notNull())
    .addColumn('caller', 'jsonb', (column) => column.notNull())
    .addColumn('status', 'varchar(10)', (column) => column.notNull().defaultTo('queued'))
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('succeeded', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('failed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('started_at', 'timestamptz(3)')
    .addColumn('finished_at', 'timestamptz(3)')
    .execute();
  await db.schema.createIndex('batches_of_owner').on('batches').columns(['owner', 'created_at', 'id']).execute();
  // For administrators, who list the batches of all owners.
  await db.schema.createIndex('batches_created').on('batches').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('batches_finished').on('batches').column('finished_at').execute();
  await db.schema
    .createTable('batch_items')
    .addColumn('batch_id', 'uuid', (column) => column.notNull().references('batches.id').onDelete('cascade'))
    .addColumn('index', 'integer', (column) => column.notNull())
    .addColumn('state', 'varchar(10)', (column) => column.notNull().defaultTo('pending'))
    // Not jsonb: it rejects \u0000 and lone surrogates, and no query reads inside.
    .addColumn('request', 'json', (column) => column.notNull())
    .addColumn('result', 'json')
    .addPrimaryKeyConstraint('batch_items_pkey', ['batch_id', 'index'])
    .execute();
}
