import { type Kysely, sql } from 'kysely';
import type { Tables } from '../adapters/tables.ts';
import { type Permission, permissions, type UserRole, userRoles } from '../contract/roles.ts';
import type { Caller, Quota } from './caller.ts';
import { generateKey, hashKey, type KeyStore } from './keys.ts';

/** Any number that nothing else of the product locks on. */
const firstKeyLock = 7_340_216;

const isRole = (role: string): role is UserRole => role in userRoles;

/** A key holds what its role allows, or the part of it that the key was limited to. */
function permissionsOf(role: string, limitedTo: readonly string[] | null): readonly Permission[] {
  const allowed: readonly Permission[] = isRole(role) ? userRoles[role] : [];
  return permissions.filter((permission) => allowed.includes(permission) && (limitedTo?.includes(permission) ?? true));
}

/** API keys in the database. A row without a quota has the default one. */
export function databaseKeys(db: Kysely<Tables>, defaults: Quota): KeyStore {
  return {
    async find(keyHash): Promise<Caller | undefined> {
      const row = await db
        .selectFrom('api_keys')
        .select(['id', 'rate_limit_requests', 'rate_limit_window', 'role', 'permissions'])
        // A timestamp without time zone, read as UTC whatever the session's zone.
        .select(sql<number | null>`(extract(epoch from expires_at) * 1000)::float8`.as('expires_ms'))
        .where('key_hash', '=', keyHash)
        .where('is_active', 'is not', false)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        id: `key:${row.id}`,
        keyId: row.id,
        userId: undefined,
        permissions: permissionsOf(row.role, row.permissions),
        quota: { requests: row.rate_limit_requests ?? defaults.requests, windowSeconds: row.rate_limit_window ?? defaults.windowSeconds },
        expiresAt: row.expires_ms ?? undefined,
      };
    },
  };
}

/**
 * Makes the first key of an empty table, once even when several processes start together.
 * @returns the key, which is stored nowhere; undefined when there already was one
 */
export function createFirstKey(db: Kysely<Tables>, quota: Quota): Promise<string | undefined> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(firstKeyLock)})`.execute(transaction);
    const existing = await transaction.selectFrom('api_keys').select('id').limit(1).executeTakeFirst();
    if (existing !== undefined) return undefined;
    const key = generateKey();
    const { requests: rate_limit_requests, windowSeconds: rate_limit_window } = quota;
    const row = { key_hash: hashKey(key), client_name: 'first key', role: 'Admin', rate_limit_requests, rate_limit_window };
    await transaction
      .insertInto('api_keys')
      .values({ ...row, expires_at: null, permissions: null })
      .execute();
    return key;
  });
}
