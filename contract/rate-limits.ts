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
  readonly authenticated: readonly LimitName[];
  /** Those of a request without. */
  readonly anonymous: readonly LimitName[];
  /** What nginx or a gateway lets through of an address before it reaches the service; not set: everything. */
  readonly edge?: Rate;
}

/** Guide row RL-07. */
const edge = { requests: 10, seconds: 1, burst: 20 } as const;

/** Rate-limit classes: an endpoint belongs to one. */
export const rateLimits = {
  /** Probes and metrics: never limited (guide row RL-09). */
  exempt: { authenticated: [], anonymous: [] },
  api: { authenticated: ['caller'], anonymous: ['address'], edge },
  /** Guide row RL-08. */
  login: { authenticated: ['login'], anonymous: ['login'], edge: { requests: 5, seconds: 60, burst: 2 } },
  batch: { authenticated: ['batch', 'caller'], anonymous: ['address'], edge },
} as const satisfies Record<string, EndpointClass>;
export type RateLimitClass = keyof typeof rateLimits;

/** Largest request body in bytes, at the edge and in the service: more is answered 413. */
export const maxBodyBytes = 1024 * 1024;
