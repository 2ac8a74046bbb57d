import type { Kysely } from 'kysely';

/**
 * Sessions of browsers: the cookie holds a token, the table its hash. A session that started with an API key acts as that key, and a key
 * may have no user. The previous release reads sessions only by user or by the id in an access token, which these sessions do not have.
 *
 * The column is not named `token_hash`: the previous release joins sessions with refresh_tokens and uses that name without its table.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('sessions')
    .addColumn('cookie_hash', 'varchar(64)', (column) => column.unique())
    .addColumn('key_hash', 'varchar(64)')
    .alterColumn('user_id', (column) => column.dropNotNull())
    .execute();
}
