/**
 * Rate-limit classes. An endpoint names one; the service and the edge both read it here.
 * `quota` names the settings that hold the number and window, so operators can change them.
 */
export const rateLimits = {
  /** Probes and metrics: never limited (guide row RL-09). */
  exempt: { by: 'nobody', edge: null },
  /**
   * Valid credential: the key's own quota (guide rows RL-01, RL-02).
   * No valid credential: per address (guide row RL-03).
   * The edge limits each address besides (guide row RL-07).
   */
  api: { by: 'key-or-address', edge: { zone: 'api', requestsPerSecond: 10, burst: 20 } },
} as const;
export type RateLimitClass = keyof typeof rateLimits;

/** Window of the per-address limit, in seconds (guide row RL-03: 100 a minute). */
export const addressWindowSeconds = 60;

/** Largest request body in bytes, at the edge and in the service: more is answered 413. */
export const maxBodyBytes = 1024 * 1024;
