import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { isAdmin } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Actor } from './actor.ts';
import { writeAudit } from './audit.ts';
import { credentialName } from './login.ts';
import type { PasswordCheck } from './password-check.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { Sessions } from './sessions.ts';

interface UserPasswordsOptions {
  readonly db: Kysely<Tables>;
  readonly passwordHasher: PasswordHasher;
  readonly checkPassword: PasswordCheck;
  readonly sessions: Sessions;
  /** Removes a user's credentials from the caches of all processes. */
  readonly invalidate: (userId: string) => Promise<void>;
}

const invalidCurrentPassword = (message: string) => new Problem('invalid_request', { errors: [{ pointer: '/current_password', message }] });

/** Sets passwords of users. */
export class UserPasswords {
  readonly #db: Kysely<Tables>;
  readonly #passwordHasher: PasswordHasher;
  readonly #checkPassword: PasswordCheck;
  readonly #sessions: Sessions;
  readonly #invalidate: (userId: string) => Promise<void>;

  constructor({ db, passwordHasher, checkPassword, sessions, invalidate }: UserPasswordsOptions) {
    this.#db = db;
    this.#passwordHasher = passwordHasher;
    this.#checkPassword = checkPassword;
    this.#sessions = sessions;
    this.#invalidate = invalidate;
  }

  /**
   * Sets a password and ends the user's other sessions.
   * @param currentPassword required if the account is the caller's own
   * @throws {Problem} not_found, invalid_request or rate_limited
   */
  async set(actor: Actor, id: string, password: string, currentPassword: string | undefined): Promise<void> {
    const { caller, requestId } = actor;
    const isOwn = caller.userId === id;
    const user =
      isOwn || isAdmin(caller) ? await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
    if (user === undefined) throw new Problem('not_found');
    if (isOwn) {
      if (currentPassword === undefined) throw invalidCurrentPassword('Required: your current password');
      const account = { id, username: user.username, passwordHash: user.password_hash };
      const source = { name: credentialName(caller), isKnown: true, requestId };
      if (!(await this.#checkPassword(account, currentPassword, source))) throw invalidCurrentPassword('This is not your current password');
    }
    const password_hash = await this.#passwordHasher.hash(password);
    await this.#db.transaction().execute(async (on) => {
      await on.updateTable('users').set({ password_hash }).where('id', '=', id).execute();
      await writeAudit(on, { caller, action: 'user.password_set', object: `user:${id}`, requestId });
      await this.#sessions.endAll(on, actor, id, caller.sessionId);
    });
    await this.#invalidate(id);
  }

  /**
   * Sets the password of an active user for an operator who cannot log in, and ends all sessions of the user. It also ends the
   * lock-out after wrong passwords, because failed logins are counted per password hash.
   * @returns undefined if there is no active user of this name
   */
  async reset(username: string, password: string) {
    const password_hash = await this.#passwordHasher.hash(password);
    const operator = { caller: { id: 'operator' } };
    const user = await this.#db.transaction().execute(async (on) => {
      const reset = await on
        .updateTable('users')
        .set({ password_hash })
        .where(sql<string>`lower(username)`, '=', username.toLowerCase())
        .where('is_active', '=', true)
        .returning(['id', 'username'])
        .executeTakeFirst();
      if (reset === undefined) return undefined;
      await writeAudit(on, { ...operator, action: 'user.password_set', object: `user:${reset.id}`, details: { by: 'leyenda admin' } });
      const ended = await this.#sessions.endAll(on, operator, reset.id);
      return { ...reset, sessionsEnded: ended.length };
    });
    if (user !== undefined) await this.#invalidate(user.id);
    return user;
  }

  /** The names of the active administrators, sorted. */
  async administrators(): Promise<string[]> {
    const rows = await this.#db.selectFrom('users').select('username').where('role', '=', 'Admin').where('is_active', '=', true).execute();
    return rows.map(({ username }) => username).toSorted();
  }
}
