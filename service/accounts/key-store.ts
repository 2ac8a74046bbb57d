import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Caller, Quota } from '../http/caller.ts';
import type { KeyStore } from './key-hashing.ts';
import { permissionsOfKey } from './roles.ts';

/** A timestamp without time zone, read as UTC regardless of the session's time zone. */
const expiresMs = sql<number | null>`(extract(epoch from api_keys.expires_at) * 1000)::float8`;
/** The expiry of the previous hash if that is the one that was found. */
const overlapMs = (keyHash: string) =>
  sql<number | null>`case when key_hash = ${keyHash} then null else (extract(epoch from previous_until) * 1000)::float8 end`;

const earlier = (one: number | null, other: number | null) =>
  one === null || other === null ? (one ?? other ?? undefined) : Math.min(one, other);

/** API keys in the database. A row without a quota has the default one. */
export function createKeyStore(db: Kysely<Tables>, defaults: Quota): KeyStore {
  return {
    async find(keyHash): Promise<Caller | undefined> {
      const row = await db
        .selectFrom('api_keys')
        .leftJoin('users', 'users.id', 'api_keys.user_id')
        .select(['api_keys.id', 'rate_limit_requests', 'rate_limit_window', 'api_keys.role', 'permissions', 'user_id', 'budget_micros'])
        .select(['users.role as owner_role', expiresMs.as('expires_ms'), overlapMs(keyHash).as('overlap_ms')])
        .where((is) => is.or([is('key_hash', '=', keyHash), is('previous_hash', '=', keyHash)]))
        .where('api_keys.is_active', 'is not', false)
        .where('users.is_active', 'is not', false)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        id: `key:${row.id}`,
        keyId: row.id,
        userId: row.user_id ?? undefined,
        sessionId: undefined,
        sessionExpiresAt: undefined,
        permissions: permissionsOfKey({ role: row.role, limitedTo: row.permissions, ownerRole: row.owner_role }),
        quota: { requests: row.rate_limit_requests ?? defaults.requests, windowSeconds: row.rate_limit_window ?? defaults.windowSeconds },
        expiresAt: earlier(row.expires_ms, row.overlap_ms),
        budgetMicros: row.budget_micros === null ? undefined : Number(row.budget_micros),
      };
    },
  };
}
