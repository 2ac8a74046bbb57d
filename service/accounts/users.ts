import { type Kysely, sql } from 'kysely';
import { cancelOwnerBatches } from '../batches/store.ts';
import type { Cache } from '../cache/cache.ts';
import type { Tables } from '../database/tables.ts';
import { isAdmin } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { writeAudit } from './audit.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { NewUser, User, UserChange } from './schema.ts';
import type { Sessions } from './sessions.ts';

const columns = ['id', 'username', 'email', 'role', 'is_active', 'created_at'] as const;
type UserRow = Omit<User, 'created_at'> & { readonly created_at: Date };
const toUser = ({ created_at, ...row }: UserRow): User => ({ ...row, created_at: created_at.toISOString() });

/** Turns a violated unique constraint into a problem. Rethrows other errors. */
function rethrowConflict(error: unknown): never {
  const isUniqueViolation = Error.isError(error) && 'code' in error && error.code === '23505' && 'constraint' in error;
  const constraint = isUniqueViolation ? error.constraint : undefined;
  if (constraint === 'users_username') throw new Problem('conflict', { detail: 'This user name is taken.' });
  if (constraint === 'users_email') throw new Problem('conflict', { detail: 'This e-mail address is taken.' });
  throw error;
}

/**
 * Locks the active administrators and checks that one is left without this user.
 * @throws {Problem} conflict
 */
async function requireOtherAdmin(on: Kysely<Tables>, id: string): Promise<void> {
  const admins = await on
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'Admin')
    .where('is_active', '=', true)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (admins.length === 1 && admins[0]?.id === id) throw new Problem('conflict', { detail: 'This is the last active administrator.' });
}

interface UsersOptions {
  readonly db: Kysely<Tables>;
  /** Users by id, read-through and write-through. */
  readonly cache: Cache<User>;
  readonly passwordHasher: PasswordHasher;
  readonly sessions: Sessions;
  /** Removes a user's credentials from the caches of all processes. */
  readonly invalidate: (userId: string) => Promise<void>;
}

/** User accounts. */
export class Users {
  readonly #db: Kysely<Tables>;
  readonly #cache: Cache<User>;
  readonly #passwordHasher: PasswordHasher;
  readonly #sessions: Sessions;
  readonly #invalidate: (userId: string) => Promise<void>;

  constructor({ db, cache, passwordHasher, sessions, invalidate }: UsersOptions) {
    this.#db = db;
    this.#cache = cache;
    this.#passwordHasher = passwordHasher;
    this.#sessions = sessions;
    this.#invalidate = invalidate;
  }

  async create({ caller, requestId }: Actor, { username, email, role = 'User', password }: NewUser): Promise<User> {
    const password_hash = password === undefined ? null : await this.#passwordHasher.hash(password);
    const row = await this.#db.transaction().execute(async (on) => {
      const values = { username, email, role, password_hash };
      const created = await on.insertInto('users').values(values).returning(columns).executeTakeFirstOrThrow().catch(rethrowConflict);
      await writeAudit(on, { caller, action: 'user.created', object: `user:${created.id}`, details: { username, role }, requestId });
      return created;
    });
    return this.#store(row);
  }

  /** Users ordered by name. @param page.after the last name of the previous page */
  async list({ limit, after }: { limit: number; after?: string | undefined }): Promise<User[]> {
    const rows = await this.#db
      .selectFrom('users')
      .select(columns)
      .$if(after !== undefined, (query) => query.where(sql<boolean>`lower(username) > lower(${after})`))
      .orderBy(sql`lower(username)`)
      .limit(limit)
      .execute();
    return rows.map(toUser);
  }

  /**
   * The caller's own user; administrators can read every user.
   * @throws {Problem} not_found
   */
  async read({ caller }: Actor, id: string): Promise<User> {
    if (!isAdmin(caller) && caller.userId !== id) throw new Problem('not_found');
    return (await this.#cache.get(id, () => this.#find(id))).value;
  }

  async update({ caller, requestId }: Actor, id: string, change: UserChange): Promise<User> {
    const row = await this.#db.transaction().execute(async (on) => {
      if (change.is_active === false || (change.role ?? 'Admin') !== 'Admin') await requireOtherAdmin(on, id);
      const changed = await on
        .updateTable('users')
        .set(change)
        .where('id', '=', id)
        .returning(columns)
        .executeTakeFirst()
        .catch(rethrowConflict);
      if (changed === undefined) throw new Problem('not_found');
      // A user who is activated again has to log in again: stolen sessions must not become valid again.
      if (change.is_active === false) {
        await this.#sessions.endAll(on, { caller, requestId }, id);
        await cancelOwnerBatches(on, { userId: id });
      }
      // The audit log is kept longer than the user: it records that the address changed, but not the address.
      const { email, ...rest } = change;
      const details = email === undefined ? rest : { ...rest, email: 'changed' };
      await writeAudit(on, { caller, action: 'user.changed', object: `user:${id}`, details, requestId });
      return changed;
    });
    await this.#invalidate(id);
    return this.#store(row);
  }

  /** Deletes a user with its sessions and keys, and cancels its batches. */
  async remove({ caller, requestId }: Actor, id: string): Promise<void> {
    await this.#db.transaction().execute(async (on) => {
      await requireOtherAdmin(on, id);
      const removed = await on.deleteFrom('users').where('id', '=', id).returning('username').executeTakeFirst();
      if (removed === undefined) throw new Problem('not_found');
      await cancelOwnerBatches(on, { userId: id });
      await writeAudit(on, { caller, action: 'user.deleted', object: `user:${id}`, details: removed, requestId });
    });
    await this.#invalidate(id);
    await this.#cache.delete(id);
  }

  async #find(id: string): Promise<User> {
    const row = await this.#db.selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new Problem('not_found');
    return toUser(row);
  }

  async #store(row: UserRow): Promise<User> {
    const user = toUser(row);
    await this.#cache.set(user.id, user);
    return user;
  }
}
