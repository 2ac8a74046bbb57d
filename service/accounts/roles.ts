import { type Permission, permissions, type UserRole, userRoles } from '../../contract/roles.ts';

const isRole = (name: string): name is UserRole => Object.hasOwn(userRoles, name);
export const roleNames: readonly UserRole[] = Object.keys(userRoles).filter(isRole);

/** The permissions of a role. A role that this release does not know has none. */
export const permissionsOfRole = (role: string): readonly Permission[] => (isRole(role) ? userRoles[role] : []);

interface KeyRights {
  readonly role: string;
  /** The permissions of its role that a key is limited to; null: all of them. */
  readonly limitedTo: readonly string[] | null;
  /** Role of the user who owns the key; null: the key has no owner. */
  readonly ownerRole: string | null;
}
/** The permissions of a key: those of its role that it is limited to and that its owner (still) has. */
export function permissionsOfKey({ role, limitedTo, ownerRole }: KeyRights): readonly Permission[] {
  const ownerPermissions = ownerRole === null ? permissions : permissionsOfRole(ownerRole);
  return permissionsOfRole(role).filter((permission) => ownerPermissions.includes(permission) && (limitedTo?.includes(permission) ?? true));
}
