import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('key_hash', 'varchar(255)', (column) => column.notNull().unique())
    .addColumn('client_name', 'varchar(100)', (column) => column.notNull())
    .addColumn('rate_limit_requests', 'integer', (column) => column.defaultTo(1000))
    .addColumn('rate_limit_window', 'integer', (column) => column.defaultTo(3600))
    .addColumn('created_at', 'timestamp', (column) => column.defaultTo(sql`now()`))
    .addColumn('expires_at', 'timestamp')
    .addColumn('is_active', 'boolean', (column) => column.defaultTo(true))
    .addColumn('role', 'varchar(20)', (column) => column.notNull().defaultTo('User'))
    .addColumn('permissions', sql`text[]`)
    .execute();
}
