/** Rate-limit classes: by whom the requests of an endpoint are counted. How many are allowed, settings say. */
export const rateLimits = {
  /** Probes and metrics: never limited (guide row RL-09). */
  exempt: { by: 'nobody' },
  /**
   * Valid credential: the key's own quota (guide rows RL-01, RL-02).
   * No valid credential: per address (guide row RL-03).
   */
  api: { by: 'key-or-address' },
  /** Attempts to log in, per address whatever is shown (guide row RL-08). */
  login: { by: 'address' },
  /** Work for a whole queue: besides the key's own quota. */
  batch: { by: 'key-or-address' },
} as const;
export type RateLimitClass = keyof typeof rateLimits;

/** Window of the per-address limit, in seconds (guide row RL-03: 100 a minute). */
export const addressWindowSeconds = 60;

/** Largest request body in bytes, at the edge and in the service: more is answered 413. */
export const maxBodyBytes = 1024 * 1024;
