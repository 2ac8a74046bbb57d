import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { writeAudit } from './audit.ts';
import { hashKey } from './key-hashing.ts';
import type { PasswordCheck } from './password-check.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';
import type { Users } from './users.ts';

/** Days after its last use that a session still makes its address known for the account. */
const knownDays = 90;

interface Needs {
  readonly db: Kysely<Tables>;
  readonly check: PasswordCheck;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly users: Users;
}

/** Where a login comes from. */
export interface LoginOrigin {
  /** The part of the address that one client owns, as `network` gives it. */
  readonly network: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** Who calls, if the request carries a valid credential besides the password. */
  readonly caller: Caller | undefined;
}

const credentialOf = ({ id, sessionId }: Caller) => (sessionId === undefined ? id : `session:${sessionId}`);

/** Login, refresh and what else asks for a password (guide rows API-21, AUTH-12). */
export function createLogin({ db, check, sessions, tokens, users }: Needs) {
  /** The account that may log in under a name, and whether it did so from this network lately. */
  const find = (username: string, networkHash: string) =>
    db
      .selectFrom('users')
      .select(['users.id', 'password_hash'])
      .select((is) =>
        is
          .exists(
            is
              .selectFrom('sessions')
              .select('sessions.id')
              .whereRef('user_id', '=', 'users.id')
              .where('network_hash', '=', networkHash)
              .where('refreshed_at', '>', sql<Date>`now() - make_interval(days => ${sql.lit(knownDays)})`),
          )
          .as('is_known'),
      )
      .where(sql<string>`lower(username)`, '=', username.toLowerCase())
      .where('is_active', '=', true)
      .executeTakeFirst();

  const answer = async ({ id, userId, refreshToken }: { id: string; userId: string; refreshToken: string }) => ({
    access_token: await tokens.sign(userId, id),
    token_type: 'Bearer' as const,
    expires_in: tokens.expiresIn,
    refresh_token: refreshToken,
  });

  return {
    async login({ username, password }: { username: string; password: string }, { network, userAgent, requestId, caller }: LoginOrigin) {
      const networkHash = hashKey(network);
      const user = await find(username, networkHash);
      const isOwner = caller?.userId !== undefined && caller.userId === user?.id;
      const source = isOwner
        ? { name: credentialOf(caller), isKnown: true, requestId }
        : { name: network, isKnown: user?.is_known === true, requestId };
      const account = { id: user?.id, username, passwordHash: user?.password_hash ?? null };
      const isRight = await check(account, password, source);
      if (user === undefined || !isRight) throw new Problem('login_failed', { detail: 'Wrong user name or password.' });
      const session = await db.transaction().execute(async (on) => {
        const started = await sessions.start(on, user.id, { userAgent, networkHash });
        await writeAudit(on, { caller: { id: `user:${user.id}` }, action: 'session.started', object: `session:${started.id}`, requestId });
        return started;
      });
      return answer(session);
    },

    refresh: async (token: string, requestId: string) => answer(await sessions.refresh(token, requestId)),

    setPassword: (by: Actor, id: string, password: string, current: string | undefined) =>
      users.setPassword(by, id, password, current, (account, given) =>
        check(account, given, { name: credentialOf(by.caller), isKnown: true, requestId: by.requestId }),
      ),
  };
}
