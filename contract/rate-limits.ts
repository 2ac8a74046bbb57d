import type { SettingName, Settings } from './settings.ts';

/** Settings that hold a number. */
type NumberSetting = { [K in SettingName]: Settings[K] extends number ? K : never }[SettingName];

/** One count of requests, in windows of a fixed length that begin with the first request. */
interface Limit {
  /** Whose requests are counted together. */
  readonly per: 'caller' | 'address';
  /** How many are let through in a window; `own`: the caller's quota says it, and its window. */
  readonly quota: 'own' | { readonly requests: NumberSetting; readonly windowSeconds: number };
  /** Every endpoint has a count of its own (guide row RL-04). */
  readonly perEndpoint?: true;
}

/** The limits by the names that the headers `RateLimit` and `RateLimit-Policy` call them. */
export const limits = {
  /** Quota of the API key or user (guide rows RL-01, RL-02, RL-05). */
  caller: { per: 'caller', quota: 'own' },
  /** What shows no valid credential (guide row RL-03). */
  address: { per: 'address', quota: { requests: 'RATE_LIMIT_IP_REQUESTS', windowSeconds: 60 } },
  /** Attempts to guess a secret, whatever credential is shown (guide row RL-08). */
  login: { per: 'address', quota: { requests: 'RATE_LIMIT_LOGIN_REQUESTS', windowSeconds: 60 }, perEndpoint: true },
  /** Requests that are work for a whole queue. */
  batch: { per: 'caller', quota: { requests: 'RATE_LIMIT_BATCH_REQUESTS', windowSeconds: 60 } },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof limits;

/** Requests of one address that an edge in front lets through: `requests` in `seconds` evenly, and `burst` more at once. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
  readonly burst: number;
}
interface EndpointClass {
  /** Limits that a request with a valid credential is counted in, the narrowest first: what one refuses costs nothing of the next. */
  readonly known: readonly LimitName[];
  /** Those of a request without. */
  readonly unknown: readonly LimitName[];
  /** What nginx or a gateway lets through of an address before it reaches the service; not set: everything. */
  readonly edge?: Rate;
}

/** Guide row RL-07. */
const edge = { requests: 10, seconds: 1, burst: 20 } as const;

/** Rate-limit classes: an endpoint belongs to one. */
export const rateLimits = {
  /** Probes and metrics: never limited (guide row RL-09). */
  exempt: { known: [], unknown: [] },
  api: { known: ['caller'], unknown: ['address'], edge },
  /** Guide row RL-08. */
  login: { known: ['login'], unknown: ['login'], edge: { requests: 5, seconds: 60, burst: 2 } },
  batch: { known: ['batch', 'caller'], unknown: ['address'], edge },
} as const satisfies Record<string, EndpointClass>;
export type RateLimitClass = keyof typeof rateLimits;

/** Largest request body in bytes, at the edge and in the service: more is answered 413. */
export const maxBodyBytes = 1024 * 1024;

/** Wrong passwords in `windowSeconds`: the first `free` cost nothing, then each wait is four times as long as the one before. */
interface PasswordRule {
  readonly free: number;
  readonly windowSeconds: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
}
const perQuarter = { windowSeconds: 900, firstWaitSeconds: 900, longestWaitSeconds: 900 } as const;

/**
 * Wrong passwords that are let through. Only failures count, so that a right password never uses anything up, and what one address
 * does cannot keep an account's owner out at another.
 */
export const wrongPasswords = {
  /** Of one account from one address. */
  source: { ...perQuarter, free: 5, firstWaitSeconds: 2 },
  /** The same if the account is known there: it logged in from this address lately, or the request carries a credential of the account. */
  knownSource: { ...perQuarter, free: 5, firstWaitSeconds: 2, longestWaitSeconds: 60 },
  /** Of one account from all addresses where it is not known: under 2000 guesses a day. */
  account: { ...perQuarter, free: 20 },
} as const satisfies Record<string, PasswordRule>;

/** Wrong passwords of one address for all accounts where they are not known (password spraying): `free` for each allowed login a minute. */
export const wrongPasswordsOfAddress = { ...perQuarter, freePerLogin: 6 } as const;
