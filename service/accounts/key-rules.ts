import { type Permission, permissions } from '../../contract/roles.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import { isAdmin } from './actor.ts';
import type { NewKey } from './schema.ts';

const refuse = (detail: string) => new Problem('forbidden', { detail });
const forEver = Number.POSITIVE_INFINITY;

/** When a caller's right to have keys ends: with the key that calls; a user who logged in has it as long as the account lasts. */
const endOf = ({ sessionId, expiresAt = forEver }: Caller) => (sessionId === undefined ? expiresAt : forEver);

/** Fields that nobody may set for themselves. */
const administered = ['quota', 'budget_micros'] as const satisfies readonly (keyof NewKey)[];

/**
 * What a new key may hold: never more permissions, time, quota or budget than the key or the user that makes it.
 * @throws forbidden
 */
export function grant(caller: Caller, owners: readonly Permission[], asked: NewKey) {
  const field = administered.find((name) => asked[name] !== undefined);
  if (!isAdmin(caller) && field !== undefined) throw refuse(`To set ${field} needs the permission Admin.`);
  if (caller.budgetMicros !== undefined) throw refuse('A key that has a budget makes no other key.');
  const own = permissions.filter((permission) => caller.permissions.includes(permission) && owners.includes(permission));
  const missing = asked.permissions?.find((permission) => !own.includes(permission));
  if (missing !== undefined) throw refuse(`The permission ${missing} is not the caller's, or not the key owner's.`);
  const expiresAt = asked.expires_at === undefined ? endOf(caller) : Date.parse(asked.expires_at);
  if (expiresAt > endOf(caller)) throw refuse('A key cannot last longer than the key that makes it.');
  const inherited =
    caller.keyId === undefined ? undefined : { requests: caller.quota.requests, window_seconds: caller.quota.windowSeconds };
  return {
    permissions: own.filter((permission) => asked.permissions?.includes(permission) ?? true),
    expiresAt: expiresAt === forEver ? null : new Date(expiresAt),
    quota: asked.quota ?? (isAdmin(caller) ? undefined : inherited),
  };
}

interface Present {
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: number | undefined;
}

/**
 * Whoever rotates a key holds its new text: so never a key that can do more or lasts longer than the caller. That also keeps
 * whoever found a rotated key from taking it over in the overlap.
 * @throws forbidden
 */
export function checkRotation(caller: Caller, key: Present): void {
  const missing = key.permissions.find((permission) => !caller.permissions.includes(permission));
  if (missing !== undefined) throw refuse(`The key holds the permission ${missing}, which the caller does not.`);
  if ((key.expiresAt ?? forEver) > endOf(caller)) throw refuse('The key lasts longer than the one that would rotate it.');
  const other = caller.keyId !== undefined && caller.keyId !== key.id;
  if (other && !isAdmin(caller)) throw refuse('A key rotates no key but itself.');
}

/**
 * A key ends itself, and no other key that can do more: who found a small one does not switch off the large ones.
 * @throws forbidden
 */
export function checkRevocation(caller: Caller, key: Pick<Present, 'id' | 'permissions'>): void {
  if (caller.keyId === undefined || caller.keyId === key.id || isAdmin(caller)) return;
  const missing = key.permissions.find((permission) => !caller.permissions.includes(permission));
  if (missing !== undefined) throw refuse(`The key holds the permission ${missing}, which the one that calls does not.`);
}
