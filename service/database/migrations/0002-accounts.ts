import { type Kysely, sql } from 'kysely';

const uuid = sql`gen_random_uuid()`;
const now = sql`now()`;

/** A user without a password cannot log in; the first administrator has no e-mail address. */
async function users(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('username', 'varchar(50)', (column) => column.notNull())
    .addColumn('email', 'varchar(254)')
    .addColumn('role', 'varchar(20)', (column) => column.notNull().check(sql`role in ('Admin', 'Developer', 'User', 'ReadOnly')`))
    .addColumn('password_hash', 'varchar(255)')
    .addColumn('is_active', 'boolean', (column) => column.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
    .execute();
  // Names that differ only in case are easily confused.
  for (const column of ['username', 'email']) {
    await sql`create unique index ${sql.ref(`users_${column}`)} on users (lower(${sql.ref(column)}))`.execute(db);
  }
}

/** A session is a family of refresh tokens; one of them is unused. */
async function sessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('user_agent', 'varchar(200)')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
    .addColumn('refreshed_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ended_at', 'timestamptz')
    .execute();
  await db.schema.createIndex('sessions_user_id').on('sessions').column('user_id').execute();
  await db.schema
    .createTable('refresh_tokens')
    .addColumn('token_hash', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('session_id', 'uuid', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('used_at', 'timestamptz')
    .execute();
  await db.schema.createIndex('refresh_tokens_session_id').on('refresh_tokens').column('session_id').execute();
}

/** The hash before a rotation stays valid until `previous_until`; the row, and with it quota, budget and usage, stay the same. */
async function keys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('api_keys')
    .addColumn('user_id', 'uuid', (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('last_used_at', 'timestamptz')
    .addColumn('previous_hash', 'varchar(255)', (column) => column.unique())
    .addColumn('previous_until', 'timestamptz')
    .addColumn('budget_micros', 'bigint')
    .execute();
  await db.schema.createIndex('api_keys_user_id').on('api_keys').column('user_id').execute();
}

/** Append-only. Entries outlive their objects, so there are no foreign keys. */
async function audit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_log')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(now))
    .addColumn('actor', 'varchar(100)', (column) => column.notNull())
    .addColumn('action', 'varchar(50)', (column) => column.notNull())
    .addColumn('object', 'varchar(200)', (column) => column.notNull())
    .addColumn('details', 'jsonb')
    .addColumn('request_id', 'varchar(64)')
    .execute();
  await sql`create function reject_change() returns trigger language plpgsql as $$
    begin raise exception 'entries of % can only be added', tg_table_name; end $$`.execute(db);
  await sql`create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function reject_change()`.execute(db);
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await users(db);
  await sessions(db);
  await keys(db);
  await audit(db);
}
