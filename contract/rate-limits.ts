import type { SettingName, Settings } from './settings.ts';

/** Settings that hold a number, or none: then the limit does not apply. */
type NumberSetting = { [K in SettingName]: Settings[K] extends number | undefined ? K : never }[SettingName];

/** One counter of requests, in fixed windows that start with the first request. */
interface Limit {
  /** Requests of one caller or of one address share a counter; `client`: the caller, or the address of a request without a credential. */
  readonly per: 'caller' | 'address' | 'client';
  /** Requests allowed in a window; `own`: the quota and window of the caller; `endpoint`: those of RATE_LIMIT_ENDPOINTS. */
  readonly quota: 'own' | 'endpoint' | { readonly requests: NumberSetting; readonly windowSeconds: number };
  /** Each endpoint has its own counter. */
  readonly perEndpoint?: true;
}

/** The limits, by their names in the headers `RateLimit` and `RateLimit-Policy`. */
export const limits = {
  /** Quota of the API key or user. */
  caller: { per: 'caller', quota: 'own' },
  /** Requests without a valid credential. */
  address: { per: 'address', quota: { requests: 'RATE_LIMIT_IP_REQUESTS', windowSeconds: 60 } },
  /** All requests of an address, with and without a credential. */
  network: { per: 'address', quota: { requests: 'RATE_LIMIT_IP_ALL_REQUESTS', windowSeconds: 60 } },
  /** Requests to an endpoint that RATE_LIMIT_ENDPOINTS names; a limit that is per endpoint already gets its quota instead. */
  endpoint: { per: 'client', quota: 'endpoint', perEndpoint: true },
  /** Attempts to guess a secret, with or without a credential. */
  login: { per: 'address', quota: { requests: 'RATE_LIMIT_LOGIN_REQUESTS', windowSeconds: 60 }, perEndpoint: true },
  /** Requests that enqueue many items. */
  batch: { per: 'caller', quota: { requests: 'RATE_LIMIT_BATCH_REQUESTS', windowSeconds: 60 } },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof limits;

/** Requests per address that the edge passes on: `requests` per `seconds`, evenly spread, plus a burst. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
  readonly burst: number;
}
interface EndpointClass {
  /** Limits of a request with a valid credential, in order: a request rejected by one does not count in the next. */
  readonly authenticated: readonly LimitName[];
  /** Limits of a request without one. */
  readonly anonymous: readonly LimitName[];
  /** Rate that nginx or the gateway enforces; not set: unlimited. */
  readonly edge?: Rate;
}

const edge = { requests: 10, seconds: 1, burst: 20 } as const;

/** Each endpoint belongs to one rate-limit class. */
export const rateLimits = {
  /** Probes and metrics. */
  exempt: { authenticated: [], anonymous: [] },
  api: { authenticated: ['network', 'endpoint', 'caller'], anonymous: ['network', 'endpoint', 'address'], edge },
  login: { authenticated: ['network', 'login'], anonymous: ['network', 'login'], edge: { requests: 5, seconds: 60, burst: 2 } },
  batch: { authenticated: ['network', 'endpoint', 'batch', 'caller'], anonymous: ['network', 'endpoint', 'address'], edge },
} as const satisfies Record<string, EndpointClass>;
export type RateLimitClass = keyof typeof rateLimits;
