import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { Problem } from '../http/problem.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';

/**
 * A refresh token that is used twice within so many seconds means that the client repeated its request (two tabs, a lost response),
 * not that the token was stolen: the second use fails, but the session continues. Of any number of uses, exactly one succeeds.
 */
const graceSeconds = 10;

/** An SQL condition: the session has neither ended nor expired. */
export const isActive = sql<boolean>`sessions.ended_at is null and sessions.expires_at > now()`;
/** An SQL expression: the time so many days from now. */
export const inDays = (days: number) => sql<Date>`now() + make_interval(days => ${sql.lit(days)})`;

/** Creates a refresh token of a session. Only its hash is stored. */
export async function addRefreshToken(on: Kysely<Tables>, sessionId: string): Promise<string> {
  const token = generateKey();
  await on
    .insertInto('refresh_tokens')
    .values({ token_hash: hashKey(token), session_id: sessionId })
    .execute();
  return token;
}

/**
 * Marks a refresh token as used and extends its session.
 * @returns the session; undefined if the token was used before, or the session or its user is not active
 */
export async function useRefreshToken(on: Kysely<Tables>, tokenHash: string, sessionDays: number) {
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
    .set({ refreshed_at: sql`now()`, expires_at: inDays(sessionDays) })
    .whereRef('users.id', '=', 'sessions.user_id')
    .where('users.is_active', '=', true)
    .where('sessions.id', '=', used.session_id)
    .where(isActive)
    .returning(['sessions.id', 'users.id as user_id'])
    .executeTakeFirst();
}

/** Why a refresh token was rejected. */
interface Rejection {
  readonly problem: Problem;
  /** The session that was ended because of it. */
  readonly endedSessionId?: string;
}

/** Finds out why a token could not be used. If it was used before the grace period, one of two holders stole it: ends the session. */
export async function rejectRefreshToken(on: Kysely<Tables>, tokenHash: string, requestId: string | undefined): Promise<Rejection> {
  const problem = new Problem('login_failed', { detail: 'This refresh token is not valid: log in.' });
  const token = await on
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'session_id')
    .select(['session_id', 'user_id', sql<boolean>`used_at > now() - make_interval(secs => ${sql.lit(graceSeconds)})`.as('recent')])
    .where('token_hash', '=', tokenHash)
    .where(isActive)
    .executeTakeFirst();
  if (token === undefined) return { problem };
  if (token.recent) {
    return { problem: new Problem('conflict', { detail: 'This refresh token has just been used: use the token of that response.' }) };
  }
  await on.updateTable('sessions').set({ ended_at: sql`now()` }).where('id', '=', token.session_id).execute();
  const object = `session:${token.session_id}`;
  const caller = { id: `user:${token.user_id}` };
  await writeAudit(on, { caller, action: 'session.ended', object, details: { reason: 'refresh token used twice' }, requestId });
  return { problem, endedSessionId: token.session_id };
}
