import type { Permission } from '../../contract/roles.ts';

/** A number of requests in a window of time. */
export interface Quota {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** The authenticated caller of a request. */
export interface Caller {
  /** Stable name for limits, metering and logs: `key:…` or `user:…`; never the credential itself. */
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly quota: Quota;
  /** When the key expires, in milliseconds since the epoch; not set: never. */
  readonly expiresAt: number | undefined;
  /** Row of `api_keys`; not set for configured keys and for access tokens. */
  readonly keyId: string | undefined;
  /** The user who owns the credential; not set for configured keys and for keys without an owner. */
  readonly userId: string | undefined;
  /** The session of an access token or a session cookie. */
  readonly sessionId: string | undefined;
  /** When the access token or the cookie expires, in milliseconds since the epoch. */
  readonly sessionExpiresAt: number | undefined;
  /** Millionths of the currency that the key may spend in a calendar month; not set: no limit. */
  readonly budgetMicros: number | undefined;
}

const never = Number.POSITIVE_INFINITY;
/** When the credential of a request expires, in milliseconds since the epoch. */
export const credentialExpiry = ({ expiresAt = never, sessionExpiresAt = never }: Caller): number => Math.min(expiresAt, sessionExpiresAt);

export const isAdmin = ({ permissions }: Pick<Caller, 'permissions'>): boolean => permissions.includes('Admin');

/** The owner of what a caller creates: its user, or a key without a user. */
export const ownerOf = ({ id, userId }: Pick<Caller, 'id' | 'userId'>): string => (userId === undefined ? id : `user:${userId}`);
