import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { userRoles } from '../contract/roles.ts';
import { unavailable } from '../http/problem.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Caller, Quota } from './caller.ts';
import { hashKey, type KeyStore } from './keys.ts';

/** How long a key that was looked up is believed, in milliseconds: so long a revoked one may still work. */
const believed = 15_000;
const maxKeys = 10_000;

/** Finds out whose key it is; undefined when it is nobody's, a Problem when that cannot be found out now. */
export type Authenticate = (key: string) => Promise<Caller | undefined>;

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

/**
 * API keys by their hash: configured ones, then those of the store, remembered for a few seconds. With the store away a key
 * that was valid when last seen stays valid; a key never seen is answered 503.
 */
export function createAuthenticate(
  store: KeyStore,
  validKeys: readonly string[],
  quota: Quota,
  metrics: Metrics,
  ttl = believed,
): Authenticate {
  const configured = configuredKeys(validKeys, quota);
  const remembered = new LRUCache<string, { readonly key: Caller | undefined }>({
    max: maxKeys,
    ttl,
    // A key whose time is over stays until the store has answered: it serves while the store is away.
    noDeleteOnStaleGet: true,
    fetchMethod: async (keyHash, stale) => {
      try {
        return { key: await store.find(keyHash) };
      } catch (error) {
        if (stale?.key === undefined) throw unavailable('API keys cannot be checked now.', 2, error);
        metrics.count('fallbacks', { dependency: 'database', operation: 'authenticate' });
        return stale;
      }
    },
  });
  return async (key) => {
    const keyHash = hashKey(key);
    const fixed = configured(keyHash);
    if (fixed !== undefined) return fixed;
    const found = (remembered.get(keyHash) ?? (await remembered.fetch(keyHash)))?.key;
    return found?.expiresAt !== undefined && found.expiresAt <= Date.now() ? undefined : found;
  };
}
