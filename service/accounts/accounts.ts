import type { Kysely } from 'kysely';
import type { Settings } from '../../contract/settings.ts';
import type { Caches } from '../cache/cache.ts';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import type { Redis } from '../redis/redis.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createApiKeys } from './api-keys.ts';
import { createAttemptStore } from './attempt-store.ts';
import { type CredentialSubject, createAuthenticate } from './authenticate.ts';
import type { KeyStore } from './key-hashing.ts';
import { createLastUsed } from './last-used.ts';
import { createLogin } from './login.ts';
import { createPasswordCheck } from './password-check.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { user } from './schema.ts';
import { createSessions } from './sessions.ts';
import { createTokens } from './tokens.ts';
import { createUsers } from './users.ts';

/** What processes call the credentials they remember when they tell each other of changes. */
const credentials = 'credentials';

interface Needs {
  readonly db: Kysely<Tables>;
  readonly keys: KeyStore;
  readonly passwords: PasswordHasher;
  /** Not set: failed logins are counted in memory. */
  readonly redis: Redis | undefined;
  readonly caches: Caches;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Everything about users, sessions and keys; REST and GraphQL call the same functions. */
export function createAccounts(settings: Settings, { db, keys, passwords, redis, caches, metrics, log }: Needs) {
  const quota = { requests: settings.RATE_LIMIT_REQUESTS, windowSeconds: settings.RATE_LIMIT_WINDOW };
  const lastUsed = createLastUsed(db);
  const tokens = createTokens(settings);
  const sessions = createSessions(db, settings.REFRESH_EXPIRATION_DAYS, (id) => changed(`sessionId:${id}`));
  const cache = caches.create({ name: 'users', version: 1, schema: user, ttlSeconds: 300, maxEntries: 10_000 });
  const users = createUsers({ db, cache, passwords, sessions, forget: (id) => changed(`userId:${id}`) });
  const attempts = createAttemptStore(redis, metrics);
  const check = createPasswordCheck(settings, { db, attempts, passwords, metrics, log });
  /** The caller behind a token: what its user may do now. */
  async function fromToken(token: string): Promise<Caller | undefined> {
    const claims = await tokens.read(token);
    const session = claims && (await sessions.find(claims.sessionId));
    if (session?.userId !== claims?.userId || claims === undefined || session === undefined) return undefined;
    const { userId, sessionId, expiresAt } = claims;
    const { permissions } = session;
    return { id: `user:${userId}`, userId, sessionId, expiresAt, permissions, quota, keyId: undefined, budgetMicros: undefined };
  }
  const { authenticate, forget } = createAuthenticate({
    find: { key: keys.find, token: fromToken },
    configured: { keys: settings.VALID_API_KEYS, quota },
    used: lastUsed.record,
    metrics,
  });
  caches.invalidations.subscribe(credentials, forget);
  /** Makes a change count here and, over Redis, in every process at once; without Redis, they look again soon anyway. */
  async function changed(subject: CredentialSubject): Promise<void> {
    forget(subject);
    await caches.invalidations.publish(credentials, subject);
  }
  return {
    authenticate,
    users,
    sessions,
    keys: createApiKeys(db, (id) => changed(`keyId:${id}`)),
    login: createLogin({ db, check, sessions, tokens, users }),
    lastUsed,
  };
}
export type Accounts = ReturnType<typeof createAccounts>;
