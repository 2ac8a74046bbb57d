import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import { writeAudit } from './audit.ts';
import { hashKey } from './key-hashing.ts';
import type { PasswordCheck } from './password-check.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

/** Days after the last use of a session during which its network stays known for the account. */
const knownNetworkDays = 90;

interface LoginOptions {
  readonly db: Kysely<Tables>;
  readonly checkPassword: PasswordCheck;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
}

interface PasswordLogin {
  readonly username: string;
  readonly password: string;
}

/** The client that logs in. */
export interface LoginOrigin {
  /** The network of the client's address, as `clientNetwork` returns it. */
  readonly network: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** The authenticated caller if the request carries a valid credential in addition to the password. */
  readonly caller: Caller | undefined;
}

/**
 * Name of the credential that a caller uses, for counts of failed logins. A key has one name in all of its sessions: otherwise each
 * new session of a stolen key would have new attempts to guess the password.
 */
export const credentialName = ({ id, userId, sessionId }: Caller) => (id === `user:${userId}` ? `session:${sessionId}` : id);

/** Finds an active account by its user name, and whether it has logged in from this network recently. */
function findAccount(db: Kysely<Tables>, username: string, networkHash: string) {
  const isRecent = sql<Date>`now() - make_interval(days => ${sql.lit(knownNetworkDays)})`;
  return db
    .selectFrom('users')
    .select(['users.id', 'password_hash'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('sessions')
          .select('sessions.id')
          .whereRef('user_id', '=', 'users.id')
          .where('network_hash', '=', networkHash)
          .where('refreshed_at', '>', isRecent),
      ).as('is_known'),
    )
    .where(sql<string>`lower(username)`, '=', username.toLowerCase())
    .where('is_active', '=', true)
    .executeTakeFirst();
}

/** Issues access tokens for passwords and for refresh tokens. */
export function createLogin({ db, checkPassword, sessions, tokens }: LoginOptions) {
  const response = async ({ id, userId, refreshToken }: { id: string; userId: string; refreshToken: string }) => ({
    access_token: await tokens.sign(userId, id),
    token_type: 'Bearer' as const,
    expires_in: tokens.expiresIn,
    refresh_token: refreshToken,
  });

  async function verify({ username, password }: PasswordLogin, { network, requestId, caller }: LoginOrigin) {
    const networkHash = hashKey(network);
    const user = await findAccount(db, username, networkHash);
    const isOwner = caller?.userId !== undefined && caller.userId === user?.id;
    const source = isOwner
      ? { name: credentialName(caller), isKnown: true, requestId }
      : { name: network, isKnown: user?.is_known === true, requestId };
    const account = { id: user?.id, username, passwordHash: user?.password_hash ?? null };
    const isCorrect = await checkPassword(account, password, source);
    if (user === undefined || !isCorrect) throw new Problem('login_failed', { detail: 'Wrong user name or password.' });
    return { userId: user.id, networkHash };
  }

  return {
    /**
     * The user whose password is correct, and the hash of the client's network.
     * @throws {Problem} login_failed or rate_limited
     */
    verify,

    /** @throws {Problem} login_failed or rate_limited */
    async login(credentials: PasswordLogin, origin: LoginOrigin) {
      const { userId, networkHash } = await verify(credentials, origin);
      const { userAgent, requestId } = origin;
      const session = await db.transaction().execute(async (on) => {
        const started = await sessions.start(on, userId, { userAgent, networkHash });
        await writeAudit(on, { caller: { id: `user:${userId}` }, action: 'session.started', object: `session:${started.id}`, requestId });
        return started;
      });
      return response(session);
    },

    refresh: async (token: string, requestId: string) => response(await sessions.refresh(token, requestId)),
  };
}
