import { randomUUID } from 'node:crypto';
import type { Insertable } from 'kysely';
import { type Permission, permissions, type UserRole, userRoles } from '../../contract/roles.ts';
import { generateKey, hashKey } from '../accounts/key-hashing.ts';
import type { Tables } from '../database/tables.ts';
import { testDatabase as db } from './database.ts';

/** Creates a user with a key. */
export async function createTestKey(role: UserRole, rest: Partial<Insertable<Tables['api_keys']>> = {}): Promise<string> {
  const key = generateKey();
  const user = { username: `user-${randomUUID()}`, role };
  const { id } = await db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow();
  const row = { key_hash: hashKey(key), client_name: 'test', role, rate_limit_requests: 1_000_000, permissions: null, expires_at: null };
  await db
    .insertInto('api_keys')
    .values({ ...row, user_id: id, ...rest })
    .execute();
  return key;
}

export interface TestCaller {
  readonly credential: string | undefined;
  /** Undefined for an unauthenticated caller. */
  readonly permissions: readonly Permission[] | undefined;
}

/** Each role, each permission alone, and each with the access permission that every call requires. */
const holdings: Readonly<Record<string, { readonly role: UserRole; readonly holds: readonly Permission[] }>> = Object.fromEntries([
  ...Object.keys(userRoles)
    .filter((role): role is UserRole => role in userRoles)
    .map((role) => [role, { role, holds: userRoles[role] }] as const),
  ...permissions.map((permission) => [`${permission} alone`, { role: 'Admin', holds: [permission] }] as const),
  ...(['API_Access', 'GraphQL_Access'] as const).flatMap((access) =>
    permissions.map((permission) => [`${permission} with ${access}`, { role: 'Admin', holds: [permission, access] }] as const),
  ),
]);

/** One caller of each kind, by description. */
export async function createCallers(): Promise<Readonly<Record<string, TestCaller>>> {
  const callers: Record<string, TestCaller> = {
    'no credential': { credential: undefined, permissions: undefined },
    'a wrong key': { credential: generateKey(), permissions: undefined },
    'an expired key': {
      credential: await createTestKey('Admin', { expires_at: new Date('2020-01-01T00:00:00Z') }),
      permissions: undefined,
    },
    'a revoked key': { credential: await createTestKey('Admin', { is_active: false }), permissions: undefined },
  };
  for (const [name, { role, holds }] of Object.entries(holdings)) {
    const limit = name in userRoles ? {} : { permissions: [...holds] };
    callers[name] = { credential: await createTestKey(role, limit), permissions: holds };
  }
  return callers;
}
