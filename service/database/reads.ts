import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Reads that may be some seconds old. */
export interface Reads {
  /** Runs statements that only read, on the replica if there is one and it is not behind. They may run twice: a failed replica is left for the primary. */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

/** Reads from one database. */
export const readsFrom = (db: Kysely<Tables>): Reads => ({ read: (work) => work(db) });
