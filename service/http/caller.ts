import type { Permission } from '../../contract/roles.ts';

/** So many requests in so many seconds (guide row RL-02). */
export interface Quota {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** Who calls: a credential that was found valid. */
export interface Caller {
  /** Stable name for limits, metering and logs: `key:…` or `user:…`; never the credential itself. */
  readonly id: string;
  readonly permissions: readonly Permission[];
  readonly quota: Quota;
  /** When the credential ends, in milliseconds since the epoch; not set: it does not expire. */
  readonly expiresAt: number | undefined;
  /** Row of `api_keys`; not set for configured keys and for users' own tokens. */
  readonly keyId: string | undefined;
  /** The user whom the credential belongs to; not set for configured keys and for the keys that nobody owns. */
  readonly userId: string | undefined;
  /** The session that a token belongs to; not set for keys. */
  readonly sessionId: string | undefined;
  /** Millionths of the currency that a key may spend in a calendar month; not set: no limit. */
  readonly budgetMicros: number | undefined;
}
