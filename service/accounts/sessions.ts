import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { isAdmin } from '../http/caller.ts';
import { cursorNotFound } from '../http/pagination.ts';
import { Problem } from '../http/problem.ts';
import type { Actor, AuditActor } from './actor.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';
import { addRefreshToken, inDays, isActive, rejectRefreshToken, useRefreshToken } from './refresh-tokens.ts';
import { permissionsOfRole } from './roles.ts';

/** Days after their end that sessions are kept. */
const retentionDays = 7;

interface SessionsOptions {
  readonly db: Kysely<Tables>;
  /** Days after which a session that is not refreshed expires. */
  readonly sessionDays: number;
  /** Removes a session from the credential caches of all processes. */
  readonly invalidate: (sessionId: string) => Promise<void>;
}

interface Client {
  readonly userAgent: string | undefined;
  /** null: the client did not log in with a password, so that its network is not known for the account. */
  readonly networkHash: string | null;
}

/** The user or key that a session acts as; a key may have no user. */
interface SessionOwner {
  readonly userId: string | null;
  readonly keyHash: string | null;
}

const epochMs = (column: 'sessions.expires_at') => sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`;

/** Sessions of users and of keys. Each has a family of refresh tokens, or the token of a cookie. */
export class Sessions {
  readonly #db: Kysely<Tables>;
  readonly #sessionDays: number;
  readonly #invalidate: (sessionId: string) => Promise<void>;

  constructor({ db, sessionDays, invalidate }: SessionsOptions) {
    this.#db = db;
    this.#sessionDays = sessionDays;
    this.#invalidate = invalidate;
  }

  /** Starts a session of a user with a refresh token. */
  async start(on: Kysely<Tables>, userId: string, client: Client) {
    const id = await this.#insert(on, { userId, keyHash: null }, client, null);
    return { id, userId, refreshToken: await addRefreshToken(on, id) };
  }

  /** Starts a session with the token of a cookie. Only the hash of the token is stored. */
  async startWithCookie(on: Kysely<Tables>, owner: SessionOwner, client: Client) {
    const token = generateKey();
    return { id: await this.#insert(on, owner, client, hashKey(token)), token };
  }

  /** Inserts a session, and deletes old ones of the same user. */
  async #insert(on: Kysely<Tables>, { userId, keyHash }: SessionOwner, { userAgent, networkHash }: Client, cookieHash: string | null) {
    const isOld = sql<boolean>`least(ended_at, expires_at) < now() - make_interval(days => ${sql.lit(retentionDays)})`;
    // `is not distinct from` would use no index.
    await on
      .deleteFrom('sessions')
      .where('user_id', userId === null ? 'is' : '=', userId)
      .where(isOld)
      .execute();
    const { id } = await on
      .insertInto('sessions')
      .values({
        user_id: userId,
        key_hash: keyHash,
        cookie_hash: cookieHash,
        user_agent: userAgent?.slice(0, 200) ?? null,
        network_hash: networkHash,
        expires_at: inDays(this.#sessionDays),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  /** The active session of a cookie, and who it acts as: a key, or else a user with the permissions that the user has now. */
  async findByCookie(cookieHash: string) {
    const row = await this.#db
      .selectFrom('sessions')
      .leftJoin('users', 'users.id', 'user_id')
      .select(['sessions.id', 'user_id', 'key_hash', 'role', epochMs('sessions.expires_at').as('expires_ms')])
      .where('cookie_hash', '=', cookieHash)
      .where('users.is_active', 'is not', false)
      .where(isActive)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { id, user_id: userId, key_hash: keyHash, role, expires_ms: expiresAt } = row;
    return { id, userId, keyHash, permissions: permissionsOfRole(role ?? ''), expiresAt };
  }

  /** Extends an active session. @returns when it expires now */
  async extend(id: string): Promise<number | undefined> {
    const extended = await this.#db
      .updateTable('sessions')
      .set({ refreshed_at: sql`now()`, expires_at: inDays(this.#sessionDays) })
      .where('id', '=', id)
      .where(isActive)
      .returning(epochMs('sessions.expires_at').as('expires_ms'))
      .executeTakeFirst();
    return extended?.expires_ms;
  }

  /**
   * Exchanges a refresh token for a new one.
   * @throws {Problem} login_failed, or conflict if the token has just been used
   */
  async refresh(token: string, requestId: string | undefined) {
    const tokenHash = hashKey(token);
    const result = await this.#db.transaction().execute(async (on) => {
      const session = await useRefreshToken(on, tokenHash, this.#sessionDays);
      if (session === undefined) return rejectRefreshToken(on, tokenHash, requestId);
      return { id: session.id, userId: session.user_id, refreshToken: await addRefreshToken(on, session.id) };
    });
    if (!('problem' in result)) return result;
    if (result.endedSessionId !== undefined) await this.#invalidate(result.endedSessionId);
    // Outside of the transaction: a rollback would undo the end of the session.
    throw result.problem;
  }

  /** The user of an active session, with the permissions that the user has now. */
  async find(sessionId: string) {
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'user_id')
      .select(['user_id', 'role'])
      .where('sessions.id', '=', sessionId)
      .where('users.is_active', '=', true)
      .where(isActive)
      .executeTakeFirst();
    return row && { userId: row.user_id, permissions: permissionsOfRole(row.role) };
  }

  /**
   * The caller's active sessions, the newest first.
   * @param page.after the last session of the previous page
   */
  async list({ caller }: Actor, { limit, after }: { readonly limit: number; readonly after?: string | undefined }) {
    if (caller.userId === undefined) return [];
    const own = this.#db.selectFrom('sessions').where('user_id', '=', caller.userId);
    const last = after === undefined ? undefined : await own.select('id').where('id', '=', after).executeTakeFirst();
    if (after !== undefined && last === undefined) throw cursorNotFound();
    const rows = await own
      .select(['id', 'user_agent', 'created_at', 'refreshed_at', 'expires_at'])
      .where(isActive)
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(created_at, id) < (select created_at, id from sessions where id = ${after})`),
      )
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id, user_agent, ...times }) => ({
      id,
      user_agent,
      created_at: times.created_at.toISOString(),
      refreshed_at: times.refreshed_at.toISOString(),
      expires_at: times.expires_at.toISOString(),
      current: id === caller.sessionId,
    }));
  }

  /**
   * Ends a session of the caller; administrators can end every session.
   * @throws {Problem} not_found
   */
  async end(actor: Actor, id: string): Promise<void> {
    const own = isAdmin(actor.caller) ? sql<boolean>`true` : sql<boolean>`user_id = ${actor.caller.userId ?? null}`;
    const ended = await this.#endNow(actor, sql<boolean>`id = ${id} and ${own}`);
    if (ended === 0) throw new Problem('not_found');
  }

  /** Ends the session of the caller's credential, if it has one. */
  async endCurrent(actor: Actor): Promise<void> {
    const { sessionId } = actor.caller;
    if (sessionId !== undefined) await this.#endNow(actor, sql<boolean>`id = ${sessionId}`);
  }

  /** Ends all sessions of the caller. */
  async endOwn(actor: Actor): Promise<void> {
    const { userId } = actor.caller;
    if (userId !== undefined) await this.#endNow(actor, sql<boolean>`user_id = ${userId}`);
  }

  /**
   * Ends all sessions of a user but `except`, within a transaction. The caller invalidates the user's credentials after the commit.
   * @returns the ids of the sessions
   */
  endAll(on: Kysely<Tables>, actor: AuditActor, userId: string, except?: string) {
    return this.#end(on, actor, sql<boolean>`user_id = ${userId} and id is distinct from ${except ?? null}::uuid`);
  }

  async #end(on: Kysely<Tables>, { caller, requestId }: AuditActor, condition: RawBuilder<boolean>) {
    const ended = await on.updateTable('sessions').set({ ended_at: sql`now()` }).where(isActive).where(condition).returning('id').execute();
    for (const { id } of ended) await writeAudit(on, { caller, action: 'session.ended', object: `session:${id}`, requestId });
    return ended;
  }

  /** Ends sessions and invalidates them in all processes. @returns how many there were */
  async #endNow(actor: Actor, condition: RawBuilder<boolean>): Promise<number> {
    const ended = await this.#end(this.#db, actor, condition);
    for (const { id } of ended) await this.#invalidate(id);
    return ended.length;
  }
}
