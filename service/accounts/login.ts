import { type Kysely, sql } from 'kysely';
import type { Counters } from '../adapters/counters.ts';
import type { Tables } from '../adapters/tables.ts';
import { accountLogins } from '../contract/rate-limits.ts';
import { Problem } from '../http/problem.ts';
import { writeAudit } from './audit.ts';
import type { By } from './by.ts';
import { hashKey } from './keys.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';
import type { Users } from './users.ts';

interface Needs {
  readonly db: Kysely<Tables>;
  readonly counters: Counters;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly users: Users;
}

/** Login, refresh and what else asks for a password (guide rows API-21, AUTH-12). */
export function createLogin({ db, counters, passwords, sessions, tokens, users }: Needs) {
  /**
   * Whether it is the password of this account. Each try is counted before the password is looked at, so that tries at the
   * same time do not slip through, and whether or not there is such an account: the answers must not tell.
   */
  async function check(username: string, password: string, stored: string | null): Promise<boolean> {
    const { requests, windowSeconds } = accountLogins;
    const account = hashKey(username.toLowerCase());
    const [left, endsAt] = await counters.ratelimiter(`login:${account}`, Date.now(), windowSeconds * 1000, requests);
    if (left === 0) {
      const seconds = Math.max(1, Math.ceil(endsAt - Date.now() / 1000));
      throw new Problem('rate_limited', { detail: 'Too many logins of this account.', headers: { 'Retry-After': String(seconds) } });
    }
    return passwords.verify(password, stored);
  }

  const answer = async ({ id, userId, refreshToken }: { id: string; userId: string; refreshToken: string }) => ({
    access_token: await tokens.sign(userId, id),
    token_type: 'Bearer' as const,
    expires_in: tokens.expiresIn,
    refresh_token: refreshToken,
  });

  return {
    async login({ username, password }: { username: string; password: string }, userAgent: string | undefined, requestId: string) {
      const user = await db
        .selectFrom('users')
        .select(['id', 'password_hash', 'is_active'])
        .where(sql<string>`lower(username)`, '=', username.toLowerCase())
        .executeTakeFirst();
      const right = await check(username, password, user?.password_hash ?? null);
      if (user === undefined || !right || !user.is_active) throw new Problem('unauthorized', { detail: 'Wrong user name or password.' });
      const session = await db.transaction().execute(async (on) => {
        const started = await sessions.start(on, user.id, userAgent);
        const caller = { id: `user:${user.id}` };
        await writeAudit(on, { caller, action: 'session.started', object: `session:${started.id}`, requestId });
        return started;
      });
      return answer(session);
    },

    refresh: async (token: string, requestId: string) => answer(await sessions.refresh(token, requestId)),

    setPassword: (by: By, id: string, password: string, present = '') =>
      users.setPassword(by, id, password, (username, stored) => check(username, present, stored)),
  };
}
