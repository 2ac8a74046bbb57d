import type { Kysely } from 'kysely';

/** The network of each login, to recognize known networks of an account. A hash: the table contains no addresses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('network_hash', 'varchar(64)').execute();
}
