import { type Kysely, sql } from 'kysely';
import { cancelOwnerBatches } from '../batches/store.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import { type Actor, isAdmin } from './actor.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';
import { checkRevocation, checkRotation, grant } from './key-rules.ts';
import { permissionsOf, permissionsOfRole } from './key-store.ts';
import type { ApiKey, KeyChange, NewKey } from './schema.ts';

/** Keys that one user may have, so that nobody multiplies a quota by keys. Administrators may make more. */
const maxKeys = 50;

/** Columns without a time zone hold UTC. */
const asUtc = (column: 'created_at' | 'expires_at') => sql<Date | null>`${sql.ref(`api_keys.${column}`)} at time zone 'UTC'`;
const toUtc = (time: Date) => sql<Date>`${time.toISOString()}::timestamptz at time zone 'UTC'`;

const select = (db: Kysely<Tables>) =>
  db
    .selectFrom('api_keys')
    .leftJoin('users', 'users.id', 'api_keys.user_id')
    .select(['api_keys.id', 'key_hash', 'client_name', 'user_id', 'api_keys.role', 'permissions', 'users.role as owner_role'])
    .select(['api_keys.is_active', 'last_used_at', 'previous_until', 'rate_limit_requests', 'rate_limit_window', 'budget_micros'])
    .select([asUtc('created_at').as('made_at'), asUtc('expires_at').as('ends_at')]);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

const iso = (time: Date | null) => time?.toISOString() ?? null;
const held = ({ role, permissions, owner_role }: Row) => permissionsOf({ role, limitedTo: permissions, ownerRole: owner_role });

function shown(row: Row, { keyId }: Caller): ApiKey {
  const { rate_limit_requests: requests, rate_limit_window: window_seconds, previous_until, budget_micros } = row;
  return {
    id: row.id,
    name: row.client_name,
    user_id: row.user_id,
    permissions: [...held(row)],
    is_active: row.is_active !== false,
    created_at: iso(row.made_at) ?? new Date(0).toISOString(),
    expires_at: iso(row.ends_at),
    last_used_at: iso(row.last_used_at),
    quota: requests === null || window_seconds === null ? null : { requests, window_seconds },
    budget_micros: budget_micros === null ? null : Number(budget_micros),
    current: row.id === keyId,
    previous_until: previous_until !== null && previous_until > new Date() ? iso(previous_until) : null,
  };
}

const quotaColumns = (quota: NewKey['quota'] | null) => ({
  rate_limit_requests: quota?.requests ?? null,
  rate_limit_window: quota?.window_seconds ?? null,
});

/** The owner of a new key, held fast until the key is made: a role that is taken away meanwhile counts. */
async function ownerOf(on: Kysely<Tables>, { caller }: Actor, asked: NewKey) {
  const id = asked.user_id ?? caller.userId;
  if (asked.user_id !== undefined && asked.user_id !== caller.userId && !isAdmin(caller))
    throw new Problem('forbidden', { detail: 'To make a key for somebody else needs the permission Admin.' });
  if (id === undefined) throw new Problem('forbidden', { detail: 'This credential belongs to no user: log in, or name one in user_id.' });
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
  if (keys >= maxKeys && !isAdmin(caller)) throw new Problem('conflict', { detail: `A user may have ${maxKeys} keys: revoke one.` });
  return owner;
}

/** API keys (guide rows AUTH-02..AUTH-07). `forget` makes processes look a key up again. */
export function createApiKeys(db: Kysely<Tables>, forget: (keyId: string) => Promise<void>) {
  const read = (on: Kysely<Tables>, id: string) => select(on).where('api_keys.id', '=', id).executeTakeFirst();

  /** A key that is the caller's, or any where an administrator asks; else 404. */
  async function reachable(on: Kysely<Tables>, { caller }: Actor, id: string): Promise<Row> {
    const row = await read(on, id);
    const own = row !== undefined && row.user_id !== null && row.user_id === caller.userId;
    if (row === undefined || !(own || isAdmin(caller))) throw new Problem('not_found');
    return row;
  }

  return {
    async create(by: Actor, asked: NewKey) {
      const key = generateKey();
      return db.transaction().execute(async (on) => {
        const owner = await ownerOf(on, by, asked);
        const { permissions, expiresAt, quota } = grant(by.caller, permissionsOfRole(owner.role), asked);
        const { id } = await on
          .insertInto('api_keys')
          .values({
            key_hash: hashKey(key),
            client_name: asked.name,
            user_id: owner.id,
            role: owner.role,
            permissions: [...permissions],
            expires_at: expiresAt === null ? null : toUtc(expiresAt),
            budget_micros: asked.budget_micros ?? null,
            ...quotaColumns(quota),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        const details = { name: asked.name, permissions, user_id: owner.id };
        await writeAudit(on, { ...by, action: 'key.created', object: `key:${id}`, details });
        const row = await reachable(on, by, id);
        return { ...shown(row, by.caller), key };
      });
    },

    read: async (by: Actor, id: string) => shown(await reachable(db, by, id), by.caller),

    /** In the order of their ids: the caller's, those of `userId`, or for an administrator who names nobody all. */
    async list({ caller }: Actor, { limit, after, userId }: { limit: number; after?: string | undefined; userId?: string | undefined }) {
      if (userId !== undefined && userId !== caller.userId && !isAdmin(caller))
        throw new Problem('forbidden', { detail: 'To see the keys of somebody else needs the permission Admin.' });
      const owner = userId ?? caller.userId;
      if (owner === undefined && !isAdmin(caller)) return [];
      const all = userId === undefined && isAdmin(caller);
      const rows = await select(db)
        .$if(!all, (query) => query.where('user_id', '=', owner ?? ''))
        .$if(after !== undefined, (query) => query.where('api_keys.id', '>', after ?? ''))
        .orderBy('api_keys.id')
        .limit(limit)
        .execute();
      return rows.map((row) => shown(row, caller));
    },

    /** Whether a text is still that of the key, the key and its owner are active, and the caller may see it. */
    async isCurrent(caller: Caller, id: string, text: string): Promise<boolean> {
      const found = await db
        .selectFrom('api_keys')
        .leftJoin('users', 'users.id', 'api_keys.user_id')
        .select('user_id')
        .where('api_keys.id', '=', id)
        .where('key_hash', '=', hashKey(text))
        .where('api_keys.is_active', 'is not', false)
        .where('users.is_active', 'is not', false)
        .where(sql<boolean>`(api_keys.expires_at is null or api_keys.expires_at > now() at time zone 'UTC')`)
        .executeTakeFirst();
      return found !== undefined && (isAdmin(caller) || (found.user_id !== null && found.user_id === caller.userId));
    },

    /** A new text for the same key: quota, budget and usage go on. The present text works for `overlapSeconds` more. */
    async rotate(by: Actor, id: string, overlapSeconds: number) {
      const key = generateKey();
      const rotated = await db.transaction().execute(async (on) => {
        const row = await reachable(on, by, id);
        checkRotation(by.caller, { id, permissions: held(row), expiresAt: row.ends_at?.getTime() });
        const { numUpdatedRows } = await on
          .updateTable('api_keys')
          .set({
            key_hash: hashKey(key),
            previous_hash: row.key_hash,
            previous_until: sql`now() + make_interval(secs => ${overlapSeconds})`,
          })
          .where('id', '=', id)
          .where('key_hash', '=', row.key_hash)
          .where('is_active', 'is not', false)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new Problem('conflict', { detail: 'The key was revoked, or rotated by somebody else just now.' });
        await writeAudit(on, { ...by, action: 'key.rotated', object: `key:${id}`, details: { overlap_seconds: overlapSeconds } });
        return shown(await reachable(on, by, id), by.caller);
      });
      await forget(id);
      return { ...rotated, key };
    },

    async revoke(by: Actor, id: string): Promise<void> {
      await db.transaction().execute(async (on) => {
        const row = await reachable(on, by, id);
        checkRevocation(by.caller, { id, permissions: held(row) });
        const revoked = { is_active: false, previous_hash: null, previous_until: null };
        await on.updateTable('api_keys').set(revoked).where('id', '=', id).execute();
        await cancelOwnerBatches(on, { userId: row.user_id, keyId: id });
        await writeAudit(on, { ...by, action: 'key.revoked', object: `key:${id}` });
      });
      await forget(id);
    },

    async update(by: Actor, id: string, change: KeyChange): Promise<ApiKey> {
      const { name, quota, budget_micros, is_active } = change;
      const row = await db.transaction().execute(async (on) => {
        const { user_id: userId } = await reachable(on, by, id);
        if (is_active === false) await cancelOwnerBatches(on, { userId, keyId: id });
        await on
          .updateTable('api_keys')
          .set({
            ...(name === undefined ? {} : { client_name: name }),
            ...(quota === undefined ? {} : quotaColumns(quota)),
            ...(budget_micros === undefined ? {} : { budget_micros }),
            ...(is_active === undefined ? {} : { is_active }),
          })
          .where('id', '=', id)
          .execute();
        await writeAudit(on, { ...by, action: 'key.changed', object: `key:${id}`, details: change });
        return reachable(on, by, id);
      });
      await forget(id);
      return shown(row, by.caller);
    },
  };
}
