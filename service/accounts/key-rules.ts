import { type Permission, permissions } from '../../contract/roles.ts';
import { type Caller, isAdmin } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { NewKey } from './schema.ts';

const forbidden = (detail: string) => new Problem('forbidden', { detail });
const never = Number.POSITIVE_INFINITY;

/** The latest expiry of keys that a caller creates or rotates: that of its own key. A user who is logged in has no such limit. */
const latestExpiry = ({ expiresAt = never }: Caller) => expiresAt;

/** Fields that only administrators set. */
const adminFields = ['quota', 'budget_micros'] as const satisfies readonly (keyof NewKey)[];

/**
 * The rights of a new key: never more permissions, time, quota or budget than those of the key or user that creates it.
 * @throws {Problem} forbidden
 */
export function grant(caller: Caller, ownerPermissions: readonly Permission[], request: NewKey) {
  const field = adminFields.find((name) => request[name] !== undefined);
  if (!isAdmin(caller) && field !== undefined) throw forbidden(`Only administrators set ${field}.`);
  if (caller.budgetMicros !== undefined) throw forbidden('A key with a budget creates no keys.');
  const grantable = permissions.filter((permission) => caller.permissions.includes(permission) && ownerPermissions.includes(permission));
  const missing = request.permissions?.find((permission) => !grantable.includes(permission));
  if (missing !== undefined) throw forbidden(`The caller or the key owner does not have the permission ${missing}.`);
  const expiresAt = request.expires_at === undefined ? latestExpiry(caller) : Date.parse(request.expires_at);
  if (expiresAt > latestExpiry(caller)) throw forbidden('A key cannot expire later than the key that creates it.');
  const inherited =
    caller.keyId === undefined ? undefined : { requests: caller.quota.requests, window_seconds: caller.quota.windowSeconds };
  return {
    permissions: grantable.filter((permission) => request.permissions?.includes(permission) ?? true),
    expiresAt: expiresAt === never ? null : new Date(expiresAt),
    quota: request.quota ?? (isAdmin(caller) ? undefined : inherited),
  };
}

interface TargetKey {
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: number | undefined;
}

/**
 * The caller that rotates a key learns its new text: so the key must not have more permissions or expire later than the caller. For
 * the same reason, a thief with the previous text of a key cannot take it over during the overlap.
 * @throws {Problem} forbidden
 */
export function checkRotation(caller: Caller, key: TargetKey): void {
  const missing = key.permissions.find((permission) => !caller.permissions.includes(permission));
  if (missing !== undefined) throw forbidden(`The key has the permission ${missing}, which the caller does not have.`);
  if ((key.expiresAt ?? never) > latestExpiry(caller)) throw forbidden('The key expires later than the caller.');
  const isOther = caller.keyId !== undefined && caller.keyId !== key.id;
  if (isOther && !isAdmin(caller)) throw forbidden('A key rotates only itself.');
}

/**
 * A key revokes itself or keys without further permissions, so that a stolen weak key cannot revoke a strong one.
 * @throws {Problem} forbidden
 */
export function checkRevocation(caller: Caller, key: Pick<TargetKey, 'id' | 'permissions'>): void {
  if (caller.keyId === undefined || caller.keyId === key.id || isAdmin(caller)) return;
  const missing = key.permissions.find((permission) => !caller.permissions.includes(permission));
  if (missing !== undefined) throw forbidden(`The key has the permission ${missing}, which the caller does not have.`);
}
