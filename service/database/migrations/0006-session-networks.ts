import type { Kysely } from 'kysely';

/** Where a session was started: an account is known there. A hash, so that the table holds no address. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('network_hash', 'varchar(64)').execute();
}
