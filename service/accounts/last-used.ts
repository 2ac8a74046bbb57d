import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Buffers when keys were last used and writes it in one statement, so that requests do not wait for it. */
export function createLastUsed(db: Kysely<Tables>) {
  let seen = new Map<string, number>();
  return {
    record: (keyId: string) => void seen.set(keyId, Date.now()),

    /** Writes the buffer. If that fails, the entries stay in the buffer. */
    async flush(): Promise<void> {
      const written = seen;
      if (written.size === 0) return;
      seen = new Map();
      const [ids, times] = [[...written.keys()], [...written.values()].map((time) => new Date(time).toISOString())];
      try {
        await sql`update api_keys set last_used_at = greatest(last_used_at, used.at)
          from unnest(${ids}::uuid[], ${times}::timestamptz[]) as used (id, at) where api_keys.id = used.id`.execute(db);
      } catch (error) {
        // Entries that were added meanwhile are newer.
        seen = new Map([...written, ...seen]);
        throw error;
      }
    },
  };
}
