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
  /** When the credential expires, in milliseconds since the epoch; not set: never. */
  readonly expiresAt: number | undefined;
  /** Row of `api_keys`; not set for configured keys and for access tokens. */
  readonly keyId: string | undefined;
  /** The user who owns the credential; not set for configured keys and for keys without an owner. */
  readonly userId: string | undefined;
  /** The session of an access token; not set for keys. */
  readonly sessionId: string | undefined;
  /** Millionths of the currency that the key may spend in a calendar month; not set: no limit. */
  readonly budgetMicros: number | undefined;
}

export const isAdmin = ({ permissions }: Pick<Caller, 'permissions'>): boolean => permissions.includes('Admin');
