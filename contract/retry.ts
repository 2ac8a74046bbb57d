/** How a client of an HTTP API waits before it tries again. */

/**
 * Seconds of a Retry-After header: a number, or an HTTP date (RFC 9110, section 10.2.3). Undefined if it is neither.
 * @param now in milliseconds since the epoch, to compare a date with
 */
export function retryAfterSeconds(value: string | null | undefined, now: number): number | undefined {
  if (value == null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Milliseconds to wait after the `failures`-th failure in a row: doubled each time. Callers multiply by a random factor for jitter. */
export const backoffMs = ({ firstMs, longestMs }: Backoff, failures: number): number => Math.min(longestMs, firstMs * 2 ** (failures - 1));
