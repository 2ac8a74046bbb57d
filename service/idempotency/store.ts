import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { IdempotencyKey } from './key.ts';

/** The result of claiming a key. */
export type ClaimResult =
  /** The claimer has to process the request. */
  | { readonly state: 'claimed' }
  /** Another process is processing the request. */
  | { readonly state: 'running' }
  /** The key belongs to a different request. */
  | { readonly state: 'mismatch' }
  /** The request was processed; this is the sealed response. */
  | { readonly state: 'done'; readonly answer: Uint8Array };

/** Stores idempotency keys. Every method throws while the database is down. */
export interface IdempotencyStore {
  /** Claims a key for `owner` if it is new or expired, or the lease of its owner has expired. */
  claim(slot: IdempotencyKey, owner: string): Promise<ClaimResult>;
  /** Renews the lease of the owner. */
  renew(slot: IdempotencyKey, owner: string): Promise<void>;
  complete(slot: IdempotencyKey, owner: string, answer: Uint8Array): Promise<void>;
  /** Deletes the claim, so that the key can be used again. */
  release(slot: IdempotencyKey, owner: string): Promise<void>;
  /** Deletes at most `deleteBatch` expired keys. @returns how many */
  deleteExpired(): Promise<number>;
}

const retention = sql`interval '24 hours'`;
/** Lease of an owner, by the clock of the database. */
const lease = sql`interval '6 seconds'`;
/** Interval at which an owner renews its lease, in milliseconds. */
export const renewalIntervalMs = 2000;
const deleteBatch = 1000;

/** Keys in PostgreSQL, so that replicas share them and restarts do not lose them. */
export function createIdempotencyStore(db: Kysely<Tables>): IdempotencyStore {
  const place = ({ callerId, endpoint, keyHash }: IdempotencyKey) =>
    sql`caller_id = ${callerId} and endpoint = ${endpoint} and key_hash = ${keyHash}`;
  const owned = (slot: IdempotencyKey, owner: string) => sql`${place(slot)} and owner = ${owner} and answer is null`;

  async function take({ callerId, endpoint, keyHash, fingerprint }: IdempotencyKey, owner: string): Promise<boolean> {
    const { rows } = await sql`
      insert into idempotency_keys as held (caller_id, endpoint, key_hash, fingerprint, owner, locked_until)
      values (${callerId}, ${endpoint}, ${keyHash}, ${fingerprint}, ${owner}, now() + ${lease})
      on conflict (caller_id, endpoint, key_hash) do update
      set fingerprint = excluded.fingerprint, owner = excluded.owner, locked_until = excluded.locked_until,
        answer = null, created_at = excluded.created_at
      where held.created_at < now() - ${retention}
        or (held.answer is null and held.locked_until < now() and held.fingerprint = excluded.fingerprint)
      returning 1`.execute(db);
    return rows.length > 0;
  }

  return {
    async claim(slot, owner) {
      if (await take(slot, owner)) return { state: 'claimed' };
      const { rows } = await sql<{ fingerprint: string; answer: Uint8Array | null }>`
        select fingerprint, answer from idempotency_keys where ${place(slot)}`.execute(db);
      const [held] = rows;
      // It has just been released: the next attempt will claim it.
      if (held === undefined) return { state: 'running' };
      if (held.fingerprint !== slot.fingerprint) return { state: 'mismatch' };
      return held.answer === null ? { state: 'running' } : { state: 'done', answer: held.answer };
    },
    async renew(slot, owner) {
      await sql`update idempotency_keys set locked_until = now() + ${lease} where ${owned(slot, owner)}`.execute(db);
    },
    async complete(slot, owner, answer) {
      await sql`update idempotency_keys set answer = ${Buffer.from(answer)} where ${owned(slot, owner)}`.execute(db);
    },
    async release(slot, owner) {
      await sql`delete from idempotency_keys where ${owned(slot, owner)}`.execute(db);
    },
    async deleteExpired() {
      const { numAffectedRows = 0n } = await sql`
        delete from idempotency_keys where (caller_id, endpoint, key_hash) in (
          select caller_id, endpoint, key_hash from idempotency_keys
          where created_at < now() - ${retention} order by created_at limit ${deleteBatch})`.execute(db);
      return Number(numAffectedRows);
    },
  };
}

/** Deletes all expired keys in bounded steps. */
export async function deleteExpiredKeys(store: IdempotencyStore): Promise<void> {
  while ((await store.deleteExpired()) === deleteBatch);
}
