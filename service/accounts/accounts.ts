import type { Kysely } from 'kysely';
import type { Settings } from '../../contract/settings.ts';
import type { Caches } from '../cache/cache.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import type { Redis } from '../redis/redis.ts';
import type { PeriodicTask } from '../runtime/periodic-tasks.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { ApiKeys } from './api-keys.ts';
import { createAttemptStore } from './attempt-store.ts';
import { createAudit } from './audit.ts';
import { type CredentialSubject, createAuthenticate, type FindKey } from './authenticate.ts';
import type { KeyStore } from './key-hashing.ts';
import { createKeyStore } from './key-store.ts';
import { createLastUsed } from './last-used.ts';
import { createLogin } from './login.ts';
import { createPasswordCheck } from './password-check.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { user } from './schema.ts';
import { Sessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createTokens } from './tokens.ts';
import { UserPasswords } from './user-passwords.ts';
import { Users } from './users.ts';

/** The channel on which processes announce changed credentials. */
const channel = 'credentials';
const lastUsedFlushMs = 30_000;

interface AccountsOptions {
  readonly settings: Settings;
  readonly db: Kysely<Tables>;
  /** Default: the keys in the database. */
  readonly keyStore?: KeyStore | undefined;
  readonly passwordHasher?: PasswordHasher | undefined;
  /** Not set: failed logins are counted in memory. */
  readonly redis: Redis | undefined;
  readonly caches: Caches;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Users, sessions and API keys. REST and GraphQL call the same functions. */
export function createAccounts({ settings, db, redis, caches, metrics, log, ...options }: AccountsOptions) {
  const quota = { requests: settings.RATE_LIMIT_REQUESTS, windowSeconds: settings.RATE_LIMIT_WINDOW };
  const { keyStore = createKeyStore(db, quota), passwordHasher = createPasswordHasher() } = options;
  const lastUsed = createLastUsed(db);
  const tokens = createTokens(settings);
  const invalidateUser = (id: string) => invalidate(`userId:${id}`);
  const sessionDays = settings.REFRESH_EXPIRATION_DAYS;
  const sessions = new Sessions({
    db,
    sessionDays,
    invalidate: (id) => invalidate(`sessionId:${id}`),
  });
  const cache = caches.create({ name: 'users', version: 1, schema: user, ttlSeconds: 300, maxEntries: 10_000 });
  const users = new Users({ db, cache, passwordHasher, sessions, invalidate: invalidateUser });
  const attempts = createAttemptStore(redis, metrics);
  const checkPassword = createPasswordCheck(settings, { db, attempts, passwordHasher, metrics, log });

  const userCaller = (userId: string, permissions: Caller['permissions'], sessionId: string, sessionExpiresAt: number): Caller => ({
    ...{ id: `user:${userId}`, userId, sessionId, sessionExpiresAt, permissions, quota },
    ...{ expiresAt: undefined, keyId: undefined, budgetMicros: undefined },
  });
  /** The caller behind an access token, with the permissions that its user has now. */
  async function findByToken(token: string): Promise<Caller | undefined> {
    const claims = await tokens.read(token);
    const session = claims && (await sessions.find(claims.sessionId));
    if (session?.userId !== claims?.userId || claims === undefined || session === undefined) return undefined;
    return userCaller(claims.userId, session.permissions, claims.sessionId, claims.expiresAt);
  }
  /** The caller behind a session cookie: a user, or the key that started the session, exactly as if the request carried the key. */
  async function findByCookie(cookieHash: string, findKey: FindKey): Promise<Caller | undefined> {
    const session = await sessions.findByCookie(cookieHash);
    if (session === undefined) return undefined;
    const { id: sessionId, userId, keyHash, permissions, expiresAt: sessionExpiresAt } = session;
    if (keyHash === null) return userId === null ? undefined : userCaller(userId, permissions, sessionId, sessionExpiresAt);
    const key = await findKey(keyHash);
    return key && { ...key, sessionId, sessionExpiresAt };
  }
  const { authenticate, forget } = createAuthenticate({
    find: { key: keyStore.find, token: findByToken, session: findByCookie },
    configured: { keys: settings.VALID_API_KEYS, quota },
    onKeyUsed: lastUsed.record,
    metrics,
  });
  caches.invalidations.subscribe(channel, forget);
  /** Applies a change in this process now and in the others through Redis; without Redis, their cached credentials expire soon. */
  async function invalidate(subject: CredentialSubject): Promise<void> {
    forget(subject);
    await caches.invalidations.publish(channel, subject);
  }

  const flushLastUsed: PeriodicTask = {
    name: 'flush last use of API keys',
    intervalMs: lastUsedFlushMs,
    retryMs: lastUsedFlushMs,
    runImmediately: false,
    run: lastUsed.flush,
  };
  const login = createLogin({ db, checkPassword, sessions, tokens });
  return {
    authenticate,
    users,
    sessions,
    keys: new ApiKeys(db, (id) => invalidate(`keyId:${id}`)),
    login,
    signIn: createSignIn({ db, login, sessions, users, authenticate, sessionDays }),
    passwords: new UserPasswords({ db, passwordHasher, checkPassword, sessions, invalidate: invalidateUser }),
    audit: createAudit(db),
    tasks: [flushLastUsed],
    /** Writes what is buffered. */
    flush: lastUsed.flush,
  };
}
export type Accounts = ReturnType<typeof createAccounts>;
