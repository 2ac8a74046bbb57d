import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { IdempotencyKey } from './key.ts';

/** What a caller who shows a key finds. */
export type ClaimResult =
  /** It is the claimer's to run the request. */
  | { readonly state: 'claimed' }
  /** Somebody else runs it now. */
  | { readonly state: 'running' }
  /** The key stands for another request. */
  | { readonly state: 'mismatch' }
  /** It ran; this is the sealed answer. */
  | { readonly state: 'done'; readonly answer: Uint8Array };

/** Where keys are kept. Every call throws while the database is away. */
export interface IdempotencyStore {
  /** Takes the key for `owner` if it is new, out of date, or its owner was silent for too long. */
  claim(slot: IdempotencyKey, owner: string): Promise<ClaimResult>;
  /** The owner still works on it. */
  renew(slot: IdempotencyKey, owner: string): Promise<void>;
  complete(slot: IdempotencyKey, owner: string, answer: Uint8Array): Promise<void>;
  /** Nothing came of it: the key is free again. */
  release(slot: IdempotencyKey, owner: string): Promise<void>;
  /** Removes what is out of date, at most `cleanedAtOnce` of it; gives how many. */
  deleteExpired(): Promise<number>;
}

const kept = sql`interval '24 hours'`;
/** How long an owner may be silent, by the clock of the database alone. */
const locked = sql`interval '6 seconds'`;
/** How often an owner says that it lives, in milliseconds. */
export const renewalIntervalMs = 2000;
const cleanedAtOnce = 1000;

/** Keys in PostgreSQL: what replicas share, and what survives them. */
export function createIdempotencyStore(db: Kysely<Tables>): IdempotencyStore {
  const place = ({ callerId, endpoint, keyHash }: IdempotencyKey) =>
    sql`caller_id = ${callerId} and endpoint = ${endpoint} and key_hash = ${keyHash}`;
  const owned = (slot: IdempotencyKey, owner: string) => sql`${place(slot)} and owner = ${owner} and answer is null`;

  async function take({ callerId, endpoint, keyHash, fingerprint }: IdempotencyKey, owner: string): Promise<boolean> {
    const { rows } = await sql`
      insert into idempotency_keys as held (caller_id, endpoint, key_hash, fingerprint, owner, locked_until)
      values (${callerId}, ${endpoint}, ${keyHash}, ${fingerprint}, ${owner}, now() + ${locked})
      on conflict (caller_id, endpoint, key_hash) do update
      set fingerprint = excluded.fingerprint, owner = excluded.owner, locked_until = excluded.locked_until,
        answer = null, created_at = excluded.created_at
      where held.created_at < now() - ${kept}
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
      // Not there any more: it was released just now, and the next look will take it.
      if (held === undefined) return { state: 'running' };
      if (held.fingerprint !== slot.fingerprint) return { state: 'mismatch' };
      return held.answer === null ? { state: 'running' } : { state: 'done', answer: held.answer };
    },
    async renew(slot, owner) {
      await sql`update idempotency_keys set locked_until = now() + ${locked} where ${owned(slot, owner)}`.execute(db);
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
          where created_at < now() - ${kept} order by created_at limit ${cleanedAtOnce})`.execute(db);
      return Number(numAffectedRows);
    },
  };
}

/** Removes all that is out of date, in bounded steps. */
export async function deleteExpiredKeys(store: IdempotencyStore): Promise<void> {
  while ((await store.deleteExpired()) === cleanedAtOnce);
}
