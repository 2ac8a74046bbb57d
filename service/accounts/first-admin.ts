import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { writeAudit } from './audit.ts';
import { generateKey, hashKey } from './key-hashing.ts';
import { createPasswordHasher } from './password-hasher.ts';

/** Key of an advisory lock; no other code uses it. */
const lock = 7_340_216;
const username = 'admin';
/** The default quota, all permissions of the role, no expiry. */
const unlimited = { rate_limit_requests: null, rate_limit_window: null, permissions: null, expires_at: null };

/** The credentials of the first administrator; stored nowhere. */
export interface FirstAdmin {
  readonly username: string;
  readonly password: string;
  readonly key: string;
}

/**
 * Creates the first user, an administrator with a key: only once, even if several processes start at the same time.
 * @param given the operator's password; default: a random one
 * @param show called before the commit: a process that is killed between the two leaves no user whose password is unknown, and the next
 * start creates another one
 * @returns undefined if a user exists already
 */
export function createFirstAdmin(
  db: Kysely<Tables>,
  given?: string,
  show: (admin: FirstAdmin) => Promise<void> = async () => {},
): Promise<FirstAdmin | undefined> {
  return db.transaction().execute(async (on) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(lock)})`.execute(on);
    const existing = await on.selectFrom('users').select('id').limit(1).executeTakeFirst();
    if (existing !== undefined) return undefined;
    const [password, key] = [given ?? randomBytes(18).toString('base64url'), generateKey()];
    const password_hash = await createPasswordHasher().hash(password);
    const user = await on.insertInto('users').values({ username, role: 'Admin', password_hash }).returning('id').executeTakeFirstOrThrow();
    const { id } = await on
      .insertInto('api_keys')
      .values({ key_hash: hashKey(key), client_name: 'first key', role: 'Admin', user_id: user.id, ...unlimited })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeAudit(on, { caller: undefined, action: 'user.created', object: `user:${user.id}`, details: { username, role: 'Admin' } });
    await writeAudit(on, { caller: undefined, action: 'key.created', object: `key:${id}`, details: { user_id: user.id } });
    const admin = { username, password, key };
    await show(admin);
    return admin;
  });
}
