import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { userRoles } from '../../contract/roles.ts';
import type { Authenticate } from '../http/authentication.ts';
import type { Caller, Quota } from '../http/caller.ts';
import { unavailable } from '../http/problem.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { hashKey, type KeyStore } from './key-hashing.ts';
import { isToken } from './tokens.ts';

/**
 * How long a credential that was looked up is believed, in milliseconds: so long a revoked one may still work elsewhere where
 * Redis did not pass the word on.
 */
const believed = 15_000;
/** Of what is kept for a time without the store alone. */
const outOfDate = 1;
const maxKeys = 10_000;

/** What a change concerns: everything that is shown with this key, of this user, or in this session. */
export type CredentialSubject = `${'keyId' | 'userId' | 'sessionId'}:${string}`;
const subjectsOf = ({ keyId, userId, sessionId }: Caller): readonly CredentialSubject[] => [
  `keyId:${keyId}`,
  `userId:${userId}`,
  `sessionId:${sessionId}`,
];

/** Keys of VALID_API_KEYS (guide row AUTH-01): they have the default quota and a user's permissions. */
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
      budgetMicros: undefined,
    };
    return { hash: Buffer.from(keyHash), caller };
  });
  /** Compares with every key in constant time, so that the time tells nothing of which one or how far it fits. */
  return (keyHash: string): Caller | undefined => {
    const asked = Buffer.from(keyHash);
    let found: Caller | undefined;
    for (const { hash, caller } of known) if (timingSafeEqual(hash, asked)) found = caller;
    return found;
  };
}

interface Options {
  /** Where credentials that are not configured are looked up: keys by their hash, tokens by their text. */
  readonly find: { readonly key: KeyStore['find']; readonly token: (token: string) => Promise<Caller | undefined> };
  readonly configured: { readonly keys: readonly string[]; readonly quota: Quota };
  /** Is told of each use of a stored key. */
  readonly used: (keyId: string) => void;
  readonly metrics: Metrics;
  /** How long what was looked up is believed, in milliseconds. */
  readonly ttl?: number;
}

/**
 * Who shows a credential: a configured key, a key of the store, or an access token; what was looked up is remembered for a
 * few seconds. With the store away what was valid when last seen stays valid; what was never seen is answered 503.
 */
export function createAuthenticate({ find, configured: { keys, quota }, used, metrics, ttl = believed }: Options) {
  const configured = configuredKeys(keys, quota);
  const lookUp = (credential: string, hash: string) => (isToken(credential) ? find.token(credential) : find.key(hash));
  /** Counts changes: what was looked up while one came may be what was before it. */
  let changes = 0;
  const remembered = new LRUCache<string, { readonly caller: Caller | undefined }, string>({
    max: maxKeys,
    ttl,
    // What is over its time stays until the store has answered: it serves while the store is away.
    noDeleteOnStaleGet: true,
    fetchMethod: async (hash, stale, { context: credential, options }) => {
      const before = changes;
      try {
        const caller = await lookUp(credential, hash);
        if (changes !== before) options.ttl = outOfDate;
        return { caller };
      } catch (error) {
        if (stale?.caller === undefined) throw unavailable('Credentials cannot be checked now.', 2, error);
        metrics.count('fallbacks', { dependency: 'database', operation: 'authenticate' });
        return stale;
      }
    },
  });
  const authenticate: Authenticate = async (credential) => {
    const hash = hashKey(credential);
    const fixed = configured(hash);
    if (fixed !== undefined) return fixed;
    const caller = (remembered.get(hash) ?? (await remembered.fetch(hash, { context: credential })))?.caller;
    if (caller === undefined || (caller.expiresAt !== undefined && caller.expiresAt <= Date.now())) return undefined;
    if (caller.keyId !== undefined) used(caller.keyId);
    return caller;
  };
  return {
    authenticate,
    /** Forgets callers, so that a change counts in this process at once; without a subject every caller is looked up again. */
    forget(subject: string | undefined): void {
      changes += 1;
      for (const [hash, found] of [...remembered.entries()]) {
        if (subject === undefined) remembered.set(hash, found, { ttl: outOfDate });
        // What was nobody's may be somebody's again: a user who is let in, a key that is switched on.
        else if (found.caller === undefined || subjectsOf(found.caller).some((one) => one === subject)) remembered.delete(hash);
      }
    },
  };
}
