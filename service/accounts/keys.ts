import { hash, randomBytes } from 'node:crypto';
import type { Permission } from '../contract/roles.ts';

/** A credential that was found valid. */
export interface ApiKey {
  /** Stable name of the key for limits and logs; never the key itself. */
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly quota: Quota;
  /** Milliseconds since the epoch; not set: it does not expire. */
  readonly expiresAt: number | undefined;
}
/** So many requests in so many seconds (guide row RL-02). */
export interface Quota {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** Where API keys are kept. */
export interface KeyStore {
  /** The active key with this hash, expired or not. */
  find(keyHash: string): Promise<ApiKey | undefined>;
}

/** 32 random bytes as URL-safe base64 (guide row AUTH-02). */
export const generateKey = () => randomBytes(32).toString('base64url');

/** What is stored of a key (guide row AUTH-03). A key has 256 random bits, so that a fast hash is enough. */
export const hashKey = (key: string) => hash('sha256', key);
