import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type Caller, isAdmin } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { permissionsOfKey } from './roles.ts';
import type { ApiKey, NewKey } from './schema.ts';

/** Active keys per user, so that keys cannot multiply a quota. Administrators may create more. */
const maxKeys = 50;

/** Columns without a time zone hold UTC. */
const asUtc = (column: 'created_at' | 'expires_at') => sql<Date | null>`${sql.ref(`api_keys.${column}`)} at time zone 'UTC'`;
export const toUtc = (time: Date) => sql<Date>`${time.toISOString()}::timestamptz at time zone 'UTC'`;

export const selectKeys = (db: Kysely<Tables>) =>
  db
    .selectFrom('api_keys')
    .leftJoin('users', 'users.id', 'api_keys.user_id')
    .select(['api_keys.id', 'key_hash', 'client_name', 'user_id', 'api_keys.role', 'permissions', 'users.role as owner_role'])
    .select(['api_keys.is_active', 'last_used_at', 'previous_until', 'rate_limit_requests', 'rate_limit_window', 'budget_micros'])
    .select([asUtc('created_at').as('created'), asUtc('expires_at').as('expires')]);
type KeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>['executeTakeFirstOrThrow']>>;

const iso = (time: Date | null) => time?.toISOString() ?? null;
export const permissionsOfRow = ({ role, permissions, owner_role }: KeyRow) =>
  permissionsOfKey({ role, limitedTo: permissions, ownerRole: owner_role });

export function toApiKey(row: KeyRow, { keyId }: Caller): ApiKey {
  const { rate_limit_requests: requests, rate_limit_window: window_seconds, previous_until, budget_micros } = row;
  return {
    id: row.id,
    name: row.client_name,
    user_id: row.user_id,
    permissions: [...permissionsOfRow(row)],
    is_active: row.is_active !== false,
    created_at: iso(row.created) ?? new Date(0).toISOString(),
    expires_at: iso(row.expires),
    last_used_at: iso(row.last_used_at),
    quota: requests === null || window_seconds === null ? null : { requests, window_seconds },
    budget_micros: budget_micros === null ? null : Number(budget_micros),
    current: row.id === keyId,
    previous_until: previous_until !== null && previous_until > new Date() ? iso(previous_until) : null,
  };
}

export const quotaColumns = (quota: NewKey['quota'] | null) => ({
  rate_limit_requests: quota?.requests ?? null,
  rate_limit_window: quota?.window_seconds ?? null,
});

/**
 * A key of the caller; administrators can reach every key.
 * @throws {Problem} not_found
 */
export async function findReachableKey(on: Kysely<Tables>, { caller }: Actor, id: string): Promise<KeyRow> {
  const row = await selectKeys(on).where('api_keys.id', '=', id).executeTakeFirst();
  const isOwn = row !== undefined && row.user_id !== null && row.user_id === caller.userId;
  if (row === undefined || !(isOwn || isAdmin(caller))) throw new Problem('not_found');
  return row;
}

/**
 * The owner of a new key. Locks the user until the key is created, so that a role that is revoked meanwhile is not granted.
 * @throws {Problem} forbidden, invalid_request or conflict
 */
export async function lockOwner(on: Kysely<Tables>, { caller }: Actor, request: NewKey) {
  const id = request.user_id ?? caller.userId;
  if (request.user_id !== undefined && request.user_id !== caller.userId && !isAdmin(caller))
    throw new Problem('forbidden', { detail: 'Only administrators create keys for other users.' });
  if (id === undefined)
    throw new Problem('forbidden', { detail: 'This credential belongs to no user: log in, or set user_id to an owner.' });
  const owner = await on
    .selectFrom('users')
    .select(['id', 'role'])
    .where('id', '=', id)
    .where('is_active', '=', true)
    .forUpdate()
    .executeTakeFirst();
  if (owner === undefined)
    throw new Problem('invalid_request', { errors: [{ pointer: '/user_id', message: 'There is no such active user' }] });
  const { keys } = await on
    .selectFrom('api_keys')
    .select(sql<number>`count(*)::int`.as('keys'))
    .where('user_id', '=', id)
    .where('is_active', 'is not', false)
    .executeTakeFirstOrThrow();
  if (keys >= maxKeys && !isAdmin(caller)) throw new Problem('conflict', { detail: `A user can have ${maxKeys} keys: revoke one.` });
  return owner;
}
