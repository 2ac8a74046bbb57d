import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { cursorNotFound } from '../http/pagination.ts';
import { Problem } from '../http/problem.ts';
import { type Actor, type AuditActor, isAdmin } from './actor.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';
import { permissionsOfRole } from './key-store.ts';

/**
 * A second use of a refresh token so soon is a caller that asked twice (two tabs, a lost answer), not a thief: it is refused,
 * but the session goes on. It never gets a token: of any number of uses exactly one does.
 */
const graceSeconds = 10;
/** Ended sessions are kept so many days. */
const keptDays = 7;

const inDays = (days: number) => sql<Date>`now() + make_interval(days => ${sql.lit(days)})`;
const alive = sql<boolean>`sessions.ended_at is null and sessions.expires_at > now()`;

/** Why a refresh token was not exchanged, and the session that ended with it. */
interface Refusal {
  readonly refusal: Problem;
  readonly ended?: string;
}

/**
 * Sessions (guide row AUTH-11): each a family of refresh tokens (AUTH-09), opaque and stored as hashes.
 * `forget` makes processes look a session up again.
 */
export function createSessions(db: Kysely<Tables>, lifeDays: number, forget: (sessionId: string) => Promise<void>) {
  /** A new refresh token of a session. */
  async function addToken(on: Kysely<Tables>, sessionId: string): Promise<string> {
    const token = generateKey();
    await on
      .insertInto('refresh_tokens')
      .values({ token_hash: hashKey(token), session_id: sessionId })
      .execute();
    return token;
  }

  /** Marks a token as used; the session it continues, or undefined where somebody did before or the session is over. */
  async function use(on: Kysely<Tables>, tokenHash: string) {
    const used = await on
      .updateTable('refresh_tokens')
      .set({ used_at: sql`now()` })
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .returning('session_id')
      .executeTakeFirst();
    if (used === undefined) return undefined;
    return on
      .updateTable('sessions')
      .from('users')
      .set({ refreshed_at: sql`now()`, expires_at: inDays(lifeDays) })
      .whereRef('users.id', '=', 'sessions.user_id')
      .where('users.is_active', '=', true)
      .where('sessions.id', '=', used.session_id)
      .where(alive)
      .returning(['sessions.id', 'sessions.user_id'])
      .executeTakeFirst();
  }

  /** What is wrong with a token that could not be used. Long after its use it ends the session: one of two holders stole it. */
  async function refuse(on: Kysely<Tables>, tokenHash: string, requestId: string | undefined): Promise<Refusal> {
    const unusable = new Problem('login_failed', { detail: 'This refresh token is not valid: log in.' });
    const token = await on
      .selectFrom('refresh_tokens')
      .innerJoin('sessions', 'sessions.id', 'session_id')
      .select(['session_id', 'user_id', sql<boolean>`used_at > now() - make_interval(secs => ${sql.lit(graceSeconds)})`.as('recent')])
      .where('token_hash', '=', tokenHash)
      .where(alive)
      .executeTakeFirst();
    if (token === undefined) return { refusal: unusable };
    if (token.recent) {
      return { refusal: new Problem('conflict', { detail: 'This refresh token was used a moment ago: use the one that came then.' }) };
    }
    await on.updateTable('sessions').set({ ended_at: sql`now()` }).where('id', '=', token.session_id).execute();
    const object = `session:${token.session_id}`;
    const caller = { id: `user:${token.user_id}` };
    await writeAudit(on, { caller, action: 'session.ended', object, details: { reason: 'refresh token used twice' }, requestId });
    return { refusal: unusable, ended: token.session_id };
  }

  async function endWhere(on: Kysely<Tables>, { caller, requestId }: AuditActor, which: RawBuilder<boolean>) {
    const ended = await on.updateTable('sessions').set({ ended_at: sql`now()` }).where(alive).where(which).returning('id').execute();
    for (const { id } of ended) {
      await writeAudit(on, { caller, action: 'session.ended', object: `session:${id}`, requestId });
    }
    return ended;
  }
  /** The same at once, everywhere; gives how many there were. */
  async function endNow(by: Actor, which: RawBuilder<boolean>): Promise<number> {
    const ended = await endWhere(db, by, which);
    for (const { id } of ended) await forget(id);
    return ended.length;
  }

  return {
    /** Opens a session of a user; what is long over is forgotten at the same time. */
    async start(on: Kysely<Tables>, userId: string, { userAgent, networkHash }: { userAgent: string | undefined; networkHash: string }) {
      const over = sql<boolean>`least(ended_at, expires_at) < now() - make_interval(days => ${sql.lit(keptDays)})`;
      await on.deleteFrom('sessions').where('user_id', '=', userId).where(over).execute();
      const { id } = await on
        .insertInto('sessions')
        .values({
          user_id: userId,
          user_agent: userAgent?.slice(0, 200) ?? null,
          network_hash: networkHash,
          expires_at: inDays(lifeDays),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, userId, refreshToken: await addToken(on, id) };
    },

    /** Exchanges a refresh token for its successor. */
    async refresh(token: string, requestId: string | undefined) {
      const tokenHash = hashKey(token);
      const result = await db.transaction().execute(async (on) => {
        const session = await use(on, tokenHash);
        if (session === undefined) return refuse(on, tokenHash, requestId);
        return { id: session.id, userId: session.user_id, refreshToken: await addToken(on, session.id) };
      });
      // Only now: what the refusal changed must not be undone.
      if (!('refusal' in result)) return result;
      if (result.ended !== undefined) await forget(result.ended);
      throw result.refusal;
    },

    /** Whose session it is and what the user may do, while both are alive. */
    async find(sessionId: string) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'user_id')
        .select(['user_id', 'role'])
        .where('sessions.id', '=', sessionId)
        .where('users.is_active', '=', true)
        .where(alive)
        .executeTakeFirst();
      return row && { userId: row.user_id, permissions: permissionsOfRole(row.role) };
    },

    /** The caller's own sessions that are alive, the newest first; `after`: the last one of the page before. */
    async list({ caller }: Actor, { limit, after }: { readonly limit: number; readonly after?: string | undefined }) {
      if (caller.userId === undefined) return [];
      const own = db.selectFrom('sessions').where('user_id', '=', caller.userId);
      const last = after === undefined ? undefined : await own.select('id').where('id', '=', after).executeTakeFirst();
      if (after !== undefined && last === undefined) throw cursorNotFound();
      const rows = await db
        .selectFrom('sessions')
        .select(['id', 'user_agent', 'created_at', 'refreshed_at', 'expires_at'])
        .where('user_id', '=', caller.userId)
        .where(alive)
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
    },

    /** Ends a session of the caller, or of anybody where an administrator asks; else 404. */
    async end(by: Actor, id: string): Promise<void> {
      const own = isAdmin(by.caller) ? sql<boolean>`true` : sql<boolean>`user_id = ${by.caller.userId ?? null}`;
      const ended = await endNow(by, sql<boolean>`id = ${id} and ${own}`);
      if (ended === 0) throw new Problem('not_found');
    },

    /** Ends all sessions of a user, except `besides`. Once `on` is committed, the user's credentials are to be forgotten. */
    endAll: (on: Kysely<Tables>, by: AuditActor, userId: string, besides?: string) =>
      endWhere(on, by, sql<boolean>`user_id = ${userId} and id is distinct from ${besides ?? null}::uuid`),

    /** Ends all sessions of the caller. */
    async endOwn(by: Actor): Promise<void> {
      const { userId } = by.caller;
      if (userId !== undefined) await endNow(by, sql<boolean>`user_id = ${userId}`);
    },
  };
}
export type Sessions = ReturnType<typeof createSessions>;
