import { type Kysely, sql } from 'kysely';
import { cancelOwnerBatches } from '../batches/store.ts';
import type { Cache } from '../cache/cache.ts';
import type { Tables } from '../database/tables.ts';
import { Problem } from '../http/problem.ts';
import { type Actor, isAdmin } from './actor.ts';
import type { AttemptedAccount } from './attempt-counters.ts';
import { writeAudit } from './audit.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { NewUser, User, UserChange } from './schema.ts';
import type { Sessions } from './sessions.ts';

const columns = ['id', 'username', 'email', 'role', 'is_active', 'created_at'] as const;
type Row = Omit<User, 'created_at'> & { readonly created_at: Date };
const shown = ({ created_at, ...row }: Row): User => ({ ...row, created_at: created_at.toISOString() });

/** Says which field is somebody else's already; other errors stay what they are. */
function refuseTaken(error: unknown): never {
  const taken = Error.isError(error) && 'code' in error && error.code === '23505' && 'constraint' in error ? error.constraint : undefined;
  if (taken === 'users_username') throw new Problem('conflict', { detail: 'This user name is taken.' });
  if (taken === 'users_email') throw new Problem('conflict', { detail: 'This e-mail address is taken.' });
  throw error;
}

const invalidCurrent = (message: string) => new Problem('invalid_request', { errors: [{ pointer: '/current_password', message }] });

/** Somebody must be left who can administer; waits for others who are changing administrators. */
async function keepAnAdmin(on: Kysely<Tables>, id: string): Promise<void> {
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

interface Needs {
  readonly db: Kysely<Tables>;
  /** Users by their id (guide rows CA-04, CA-05): read through it and written through it. */
  readonly cache: Cache<User>;
  readonly passwords: PasswordHasher;
  readonly sessions: Sessions;
  /** Makes processes look a user's credentials up again. */
  readonly forget: (userId: string) => Promise<void>;
}

/** Users (guide rows API-22..API-24). */
export function createUsers({ db, cache, passwords, sessions, forget }: Needs) {
  async function find(id: string): Promise<User> {
    const row = await db.selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new Problem('not_found');
    return shown(row);
  }
  async function keep(row: Row): Promise<User> {
    const user = shown(row);
    await cache.set(user.id, user);
    return user;
  }

  return {
    async create({ caller, requestId }: Actor, { username, email, role = 'User', password }: NewUser): Promise<User> {
      const password_hash = password === undefined ? null : await passwords.hash(password);
      const row = await db.transaction().execute(async (on) => {
        const values = { username, email, role, password_hash };
        const created = await on.insertInto('users').values(values).returning(columns).executeTakeFirstOrThrow().catch(refuseTaken);
        await writeAudit(on, { caller, action: 'user.created', object: `user:${created.id}`, details: { username, role }, requestId });
        return created;
      });
      return keep(row);
    },

    /** In the order of their names. */
    async list({ limit, after }: { limit: number; after?: string | undefined }): Promise<User[]> {
      const rows = await db
        .selectFrom('users')
        .select(columns)
        .$if(after !== undefined, (query) => query.where(sql<boolean>`lower(username) > lower(${after})`))
        .orderBy(sql`lower(username)`)
        .limit(limit)
        .execute();
      return rows.map(shown);
    },

    /** A user sees itself, an administrator everybody; else 404. */
    async read({ caller }: Actor, id: string): Promise<User> {
      if (!isAdmin(caller) && caller.userId !== id) throw new Problem('not_found');
      return (await cache.get(id, () => find(id))).value;
    },

    async update({ caller, requestId }: Actor, id: string, change: UserChange): Promise<User> {
      const row = await db.transaction().execute(async (on) => {
        if (change.is_active === false || (change.role ?? 'Admin') !== 'Admin') await keepAnAdmin(on, id);
        const changed = await on
          .updateTable('users')
          .set(change)
          .where('id', '=', id)
          .returning(columns)
          .executeTakeFirst()
          .catch(refuseTaken);
        if (changed === undefined) throw new Problem('not_found');
        // Who is let in again logs in again: what was stolen before does not come back to life.
        if (change.is_active === false) {
          await sessions.endAll(on, { caller, requestId }, id);
          await cancelOwnerBatches(on, { userId: id });
        }
        // The log outlives the user: it tells that the address changed, and not to what.
        const { email, ...told } = change;
        const details = email === undefined ? told : { ...told, email: 'changed' };
        await writeAudit(on, { caller, action: 'user.changed', object: `user:${id}`, details, requestId });
        return changed;
      });
      await forget(id);
      return keep(row);
    },

    /** With its sessions and keys. */
    async remove({ caller, requestId }: Actor, id: string): Promise<void> {
      await db.transaction().execute(async (on) => {
        await keepAnAdmin(on, id);
        const removed = await on.deleteFrom('users').where('id', '=', id).returning('username').executeTakeFirst();
        if (removed === undefined) throw new Problem('not_found');
        await cancelOwnerBatches(on, { userId: id });
        await writeAudit(on, { caller, action: 'user.deleted', object: `user:${id}`, details: removed, requestId });
      });
      await forget(id);
      await cache.delete(id);
    },

    /** Sets a password and ends the user's other sessions. The owner of the account also sends the current one. */
    async setPassword(
      by: Actor,
      id: string,
      password: string,
      current: string | undefined,
      check: (account: AttemptedAccount, given: string) => Promise<boolean>,
    ) {
      const { caller, requestId } = by;
      const own = caller.userId === id;
      const user = own || isAdmin(caller) ? await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
      if (user === undefined) throw new Problem('not_found');
      if (own && current === undefined) throw invalidCurrent('Required: your current password');
      const account = { id, username: user.username, passwordHash: user.password_hash };
      if (own && !(await check(account, current ?? ''))) throw invalidCurrent('This is not your current password');
      const password_hash = await passwords.hash(password);
      await db.transaction().execute(async (on) => {
        await on.updateTable('users').set({ password_hash }).where('id', '=', id).execute();
        await writeAudit(on, { caller, action: 'user.password_set', object: `user:${id}`, requestId });
        await sessions.endAll(on, by, id, caller.sessionId);
      });
      await forget(id);
    },

    /**
     * Sets the password of an active user for an operator who cannot log in, and ends all sessions of the user. With the password,
     * the waits after wrong ones end: they are counted by its hash.
     * @returns undefined if there is no active user of this name
     */
    async resetPassword(username: string, password: string) {
      const password_hash = await passwords.hash(password);
      const by = { caller: { id: 'operator' } };
      const user = await db.transaction().execute(async (on) => {
        const reset = await on
          .updateTable('users')
          .set({ password_hash })
          .where(sql<string>`lower(username)`, '=', username.toLowerCase())
          .where('is_active', '=', true)
          .returning(['id', 'username'])
          .executeTakeFirst();
        if (reset === undefined) return undefined;
        await writeAudit(on, { ...by, action: 'user.password_set', object: `user:${reset.id}`, details: { by: 'leyenda admin' } });
        const ended = await sessions.endAll(on, by, reset.id);
        return { ...reset, sessionsEnded: ended.length };
      });
      if (user !== undefined) await forget(user.id);
      return user;
    },

    /** Names of those who can administer. */
    async administrators(): Promise<string[]> {
      const rows = await db.selectFrom('users').select('username').where('role', '=', 'Admin').where('is_active', '=', true).execute();
      return rows.map(({ username }) => username).toSorted();
    },
  };
}
export type Users = ReturnType<typeof createUsers>;
