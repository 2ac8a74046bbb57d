import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { userRoles } from '../../contract/roles.ts';
import type { Authenticate } from '../http/authentication.ts';
import { type Caller, credentialExpiry, type Quota } from '../http/caller.ts';
import { unavailable } from '../http/problem.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { hashKey, type KeyStore } from './key-hashing.ts';
import { isToken } from './tokens.ts';

/** TTL of cached credentials, in milliseconds. If Redis is down, a revoked credential works in other processes for so long. */
const credentialTtlMs = 15_000;
/** TTL of an entry that must be looked up again, but still serves while the store is down. */
const staleTtlMs = 1;
const maxKeys = 10_000;

/** The credentials that a change affects: those of a key, a user or a session. */
export type CredentialSubject = `${'keyId' | 'userId' | 'sessionId'}:${string}`;
const subjectsOf = ({ keyId, userId, sessionId }: Caller): readonly CredentialSubject[] => [
  `keyId:${keyId}`,
  `userId:${userId}`,
  `sessionId:${sessionId}`,
];

/** The keys in VALID_API_KEYS. They have the default quota and the permissions of the role Developer. */
function configuredKeys(keys: readonly string[], quota: Quota) {
  const known = keys.map((key) => {
    const keyHash = hashKey(key);
    const caller: Caller = {
      id: `key:configured-${keyHash.slice(0, 16)}`,
      permissions: userRoles.Developer,
      quota,
      expiresAt: undefined,
      keyId: undefined,
      userId: undefined,
      sessionId: undefined,
      sessionExpiresAt: undefined,
      budgetMicros: undefined,
    };
    return { hash: Buffer.from(keyHash), caller };
  });
  /** Compares with every key in constant time, so that timing does not reveal a key or a prefix of it. */
  return (keyHash: string): Caller | undefined => {
    const given = Buffer.from(keyHash);
    let found: Caller | undefined;
    for (const { hash, caller } of known) if (timingSafeEqual(hash, given)) found = caller;
    return found;
  };
}

/** The caller of a configured or stored key, by hash. */
export type FindKey = (keyHash: string) => Promise<Caller | undefined>;

type CredentialKind = 'key' | 'token' | 'session';

interface Options {
  /** Look up credentials that are not configured: keys and session cookies by hash, access tokens by text. */
  readonly find: {
    readonly key: KeyStore['find'];
    readonly token: (token: string) => Promise<Caller | undefined>;
    readonly session: (cookieHash: string, findKey: FindKey) => Promise<Caller | undefined>;
  };
  readonly configured: { readonly keys: readonly string[]; readonly quota: Quota };
  /** Called for each use of a stored key. */
  readonly onKeyUsed: (keyId: string) => void;
  readonly metrics: Metrics;
  /** TTL of cached credentials, in milliseconds. */
  readonly ttl?: number;
}

/**
 * Authenticates configured keys, stored keys, access tokens and session cookies. Results are cached for a few seconds. While the store is down, credentials
 * that were valid at their last check stay valid; unknown ones get 503.
 */
export function createAuthenticate({ find: stores, configured: { keys, quota }, onKeyUsed, metrics, ttl = credentialTtlMs }: Options) {
  const configured = configuredKeys(keys, quota);
  const findKey: FindKey = async (keyHash) => configured(keyHash) ?? stores.key(keyHash);
  /** Counts changes: the result of a lookup during a change may be outdated. */
  let changes = 0;
  const cache = new LRUCache<string, { readonly caller: Caller | undefined }, () => Promise<Caller | undefined>>({
    max: maxKeys,
    ttl,
    // Expired entries stay until the store has responded: they serve while the store is down.
    noDeleteOnStaleGet: true,
    fetchMethod: async (_id, stale, { context: lookUp, options }) => {
      const before = changes;
      try {
        const caller = await lookUp();
        if (changes !== before) options.ttl = staleTtlMs;
        return { caller };
      } catch (error) {
        if (stale?.caller === undefined) throw unavailable('Credentials cannot be checked now.', 2, error);
        metrics.count('fallbacks', { dependency: 'database', operation: 'authenticate' });
        return stale;
      }
    },
  });
  function rejected(credential: CredentialKind, reason: 'unknown' | 'expired'): undefined {
    metrics.count('credentialsRejected', { credential, reason });
  }
  /** @param id of the credential in the cache: different for a key and a session cookie of the same text */
  async function find(kind: CredentialKind, id: string, lookUp: () => Promise<Caller | undefined>): Promise<Caller | undefined> {
    const caller = (cache.get(id) ?? (await cache.fetch(id, { context: lookUp })))?.caller;
    if (caller === undefined) return rejected(kind, 'unknown');
    if (credentialExpiry(caller) <= Date.now()) return rejected(kind, 'expired');
    if (caller.keyId !== undefined) onKeyUsed(caller.keyId);
    return caller;
  }
  const authenticate: Authenticate = {
    async bearer(credential) {
      const hash = hashKey(credential);
      return (
        configured(hash) ??
        (isToken(credential) ? find('token', hash, () => stores.token(credential)) : find('key', hash, () => stores.key(hash)))
      );
    },
    cookie(token) {
      const hash = hashKey(token);
      return find('session', `cookie:${hash}`, () => stores.session(hash, findKey));
    },
  };
  return {
    authenticate,
    /** Removes cached callers, so that a change applies in this process at once. Without a subject, every caller is looked up again. */
    forget(subject: string | undefined): void {
      changes += 1;
      for (const [hash, found] of [...cache.entries()]) {
        if (subject === undefined) cache.set(hash, found, { ttl: staleTtlMs });
        // An invalid credential may be valid again: its user or key was activated.
        else if (found.caller === undefined || subjectsOf(found.caller).some((one) => one === subject)) cache.delete(hash);
      }
    },
  };
}
