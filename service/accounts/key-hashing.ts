import { hash, randomBytes } from 'node:crypto';
import type { Caller } from '../http/caller.ts';

/** Finds API keys. */
export interface KeyStore {
  /** The active key with this hash, expired or not. */
  find(keyHash: string): Promise<Caller | undefined>;
}

/** 32 random bytes as URL-safe base64. */
export const generateKey = () => randomBytes(32).toString('base64url');

/** Only the hash of a key is stored. A key has 256 random bits, so that a fast hash is sufficient. */
export const hashKey = (key: string) => hash('sha256', key);
