import type { Kysely } from 'kysely';
import { endpoints } from '../../contract/endpoints/index.ts';
import { outageOf } from '../database/outage.ts';
import type { Tables } from '../database/tables.ts';
import type { Authenticate } from '../http/authentication.ts';
import { requiredPermissions } from '../http/authorisation.ts';
import { type Caller, credentialExpiry } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { writeAudit } from './audit.ts';
import { hashKey } from './key-hashing.ts';
import type { createLogin, LoginOrigin } from './login.ts';
import type { CurrentSession, SignIn } from './schema.ts';
import type { Sessions } from './sessions.ts';
import type { Users } from './users.ts';

const dayMs = 86_400_000;

interface SignInOptions {
  readonly db: Kysely<Tables>;
  readonly login: ReturnType<typeof createLogin>;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly authenticate: Authenticate;
  /** Days after which a session that is not extended expires. */
  readonly sessionDays: number;
}

/** A cookie to send. */
interface SessionCookie {
  readonly token: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Sessions of browsers, whose credential is a cookie. */
export function createSignIn({ db, login, sessions, users, authenticate, sessionDays }: SignInOptions) {
  async function describe({ caller, requestId }: Actor): Promise<CurrentSession> {
    const expiresAt = credentialExpiry(caller);
    return {
      user: caller.userId === undefined ? null : await users.read({ caller, requestId }, caller.userId),
      permissions: [...caller.permissions],
      expires_at: Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString() : null,
    };
  }

  /** The caller of a key that is used to sign in. An access token is no key. */
  async function callerOfKey(key: string): Promise<Caller> {
    const caller = await authenticate.bearer(key);
    if (caller === undefined || caller.sessionId !== undefined) throw new Problem('login_failed', { detail: 'Wrong API key.' });
    const missing = requiredPermissions(endpoints.currentSession).find((permission) => !caller.permissions.includes(permission));
    if (missing !== undefined) throw new Problem('forbidden', { detail: `To sign in, a key needs the permission ${missing}.` });
    return caller;
  }

  async function ownerOf(credentials: SignIn, origin: LoginOrigin) {
    if (!('api_key' in credentials)) {
      const { userId, networkHash } = await login.verify(credentials, origin);
      return { id: `user:${userId}`, userId, keyHash: null, networkHash };
    }
    const { id, userId = null } = await callerOfKey(credentials.api_key);
    return { id, userId, keyHash: hashKey(credentials.api_key), networkHash: null };
  }

  return {
    /**
     * Starts a session with a new token; `replaced` is the session of the cookie that the request carries, and ends.
     * @throws {Problem} login_failed, rate_limited or forbidden
     */
    async signIn(credentials: SignIn, origin: LoginOrigin, replaced: Actor | undefined) {
      const { id, userId, keyHash, networkHash } = await ownerOf(credentials, origin);
      const { userAgent, requestId } = origin;
      const { token } = await db.transaction().execute(async (on) => {
        const started = await sessions.startWithCookie(on, { userId, keyHash }, { userAgent, networkHash });
        await writeAudit(on, { caller: { id }, action: 'session.started', object: `session:${started.id}`, requestId });
        return started;
      });
      if (replaced !== undefined) await sessions.endCurrent(replaced);
      const caller = await authenticate.cookie(token);
      // The key or user was revoked at this moment.
      if (caller === undefined) throw new Problem('unauthorized');
      const cookie: SessionCookie = { token, expiresAt: credentialExpiry(caller) };
      return { cookie, session: await describe({ caller, requestId }) };
    },

    describe,

    /** Extends the session of a cookie at most once a day. @returns the caller with the new expiry; undefined if nothing changed */
    async extend(caller: Caller): Promise<Caller | undefined> {
      const { sessionId, sessionExpiresAt } = caller;
      if (sessionId === undefined || sessionExpiresAt === undefined) return undefined;
      if (sessionExpiresAt - Date.now() > (sessionDays - 1) * dayMs) return undefined;
      try {
        const extended = await sessions.extend(sessionId);
        return extended === undefined ? undefined : { ...caller, sessionExpiresAt: extended };
      } catch (error) {
        // Without the database, the session keeps its expiry.
        if (outageOf(error) === undefined) throw error;
        return undefined;
      }
    },
  };
}
