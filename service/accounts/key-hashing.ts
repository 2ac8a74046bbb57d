import { hash, randomBytes } from 'node:crypto';
import type { Caller } from '../http/caller.ts';

/** Where API keys are kept. */
export interface KeyStore {
  /** The active key with this hash, expired or not. */
  find(keyHash: string): Promise<Caller | undefined>;
}

/** 32 random bytes as URL-safe base64 (guide row AUTH-02). */
export const generateKey = () => randomBytes(32).toString('base64url');

/** What is stored of a key (guide row AUTH-03). A key has 256 random bits, so that a fast hash is enough. */
export const hashKey = (key: string) => hash('sha256', key);
