import { type Kysely, sql } from 'kysely';
import { cancelOwnerBatches } from '../batches/store.ts';
import type { Tables } from '../database/tables.ts';
import { type Caller, isAdmin } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';
import { findReachableKey, lockOwner, permissionsOfRow, quotaColumns, selectKeys, toApiKey, toUtc } from './key-rows.ts';
import { checkRevocation, checkRotation, grant } from './key-rules.ts';
import { permissionsOfRole } from './roles.ts';
import type { ApiKey, KeyChange, NewKey } from './schema.ts';

interface KeyPage {
  readonly limit: number;
  /** The last key of the previous page. */
  readonly after?: string | undefined;
  readonly userId?: string | undefined;
}

/** API keys: created, listed, rotated, changed and revoked. */
export class ApiKeys {
  readonly #db: Kysely<Tables>;
  readonly #invalidate: (keyId: string) => Promise<void>;

  /** @param invalidate removes a key from the credential caches of all processes */
  constructor(db: Kysely<Tables>, invalidate: (keyId: string) => Promise<void>) {
    this.#db = db;
    this.#invalidate = invalidate;
  }

  /** Creates a key. The response is the only one that contains it. */
  async create(actor: Actor, request: NewKey) {
    const key = generateKey();
    return this.#db.transaction().execute(async (on) => {
      const owner = await lockOwner(on, actor, request);
      const { permissions, expiresAt, quota } = grant(actor.caller, permissionsOfRole(owner.role), request);
      const { id } = await on
        .insertInto('api_keys')
        .values({
          key_hash: hashKey(key),
          client_name: request.name,
          user_id: owner.id,
          role: owner.role,
          permissions: [...permissions],
          expires_at: expiresAt === null ? null : toUtc(expiresAt),
          budget_micros: request.budget_micros ?? null,
          ...quotaColumns(quota),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const details = { name: request.name, permissions, user_id: owner.id };
      await writeAudit(on, { ...actor, action: 'key.created', object: `key:${id}`, details });
      return { ...toApiKey(await findReachableKey(on, actor, id), actor.caller), key };
    });
  }

  async read(actor: Actor, id: string): Promise<ApiKey> {
    return toApiKey(await findReachableKey(this.#db, actor, id), actor.caller);
  }

  /** The keys of the caller or of `userId`, ordered by id. Administrators get all keys unless they set `userId`. */
  async list({ caller }: Actor, { limit, after, userId }: KeyPage): Promise<ApiKey[]> {
    if (userId !== undefined && userId !== caller.userId && !isAdmin(caller))
      throw new Problem('forbidden', { detail: 'Only administrators list the keys of other users.' });
    const owner = userId ?? caller.userId;
    if (owner === undefined && !isAdmin(caller)) return [];
    const all = userId === undefined && isAdmin(caller);
    const rows = await selectKeys(this.#db)
      .$if(!all, (query) => query.where('user_id', '=', owner ?? ''))
      .$if(after !== undefined, (query) => query.where('api_keys.id', '>', after ?? ''))
      .orderBy('api_keys.id')
      .limit(limit)
      .execute();
    return rows.map((row) => toApiKey(row, caller));
  }

  /** Whether `key` is still the current text of an active key that the caller can reach, and its owner is active. */
  async isCurrent(caller: Caller, id: string, key: string): Promise<boolean> {
    const found = await this.#db
      .selectFrom('api_keys')
      .leftJoin('users', 'users.id', 'api_keys.user_id')
      .select('user_id')
      .where('api_keys.id', '=', id)
      .where('key_hash', '=', hashKey(key))
      .where('api_keys.is_active', 'is not', false)
      .where('users.is_active', 'is not', false)
      .where(sql<boolean>`(api_keys.expires_at is null or api_keys.expires_at > now() at time zone 'UTC')`)
      .executeTakeFirst();
    return found !== undefined && (isAdmin(caller) || (found.user_id !== null && found.user_id === caller.userId));
  }

  /** Replaces the text of a key; quota, budget and usage continue. The previous text stays valid for `overlapSeconds`. */
  async rotate(actor: Actor, id: string, overlapSeconds: number) {
    const key = generateKey();
    const rotated = await this.#db.transaction().execute(async (on) => {
      const row = await findReachableKey(on, actor, id);
      checkRotation(actor.caller, { id, permissions: permissionsOfRow(row), expiresAt: row.expires?.getTime() });
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
      if (numUpdatedRows === 0n)
        throw new Problem('conflict', { detail: 'The key is revoked, or another request rotated it at the same time.' });
      await writeAudit(on, { ...actor, action: 'key.rotated', object: `key:${id}`, details: { overlap_seconds: overlapSeconds } });
      return toApiKey(await findReachableKey(on, actor, id), actor.caller);
    });
    await this.#invalidate(id);
    return { ...rotated, key };
  }

  /** Revokes a key and cancels its batches. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.#db.transaction().execute(async (on) => {
      const row = await findReachableKey(on, actor, id);
      checkRevocation(actor.caller, { id, permissions: permissionsOfRow(row) });
      const revoked = { is_active: false, previous_hash: null, previous_until: null };
      await on.updateTable('api_keys').set(revoked).where('id', '=', id).execute();
      await cancelOwnerBatches(on, { userId: row.user_id, keyId: id });
      await writeAudit(on, { ...actor, action: 'key.revoked', object: `key:${id}` });
    });
    await this.#invalidate(id);
  }

  /** Changes a key. If it is switched off, its batches are cancelled. */
  async update(actor: Actor, id: string, change: KeyChange): Promise<ApiKey> {
    const { name, quota, budget_micros, is_active } = change;
    const row = await this.#db.transaction().execute(async (on) => {
      const { user_id: userId } = await findReachableKey(on, actor, id);
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
      await writeAudit(on, { ...actor, action: 'key.changed', object: `key:${id}`, details: change });
      return findReachableKey(on, actor, id);
    });
    await this.#invalidate(id);
    return toApiKey(row, actor.caller);
  }
}
