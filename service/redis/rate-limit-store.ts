import type { Metrics } from '../telemetry/metrics.ts';
import type { Redis } from './redis.ts';

interface Window {
  count: number;
  /** By the monotonic clock, in milliseconds: a clock that is set must not lengthen a window. */
  readonly endsAt: number;
}

/** Most callers that one process remembers; the one that was counted first makes room. */
const maxCallers = 50_000;

/**
 * The store that koa-ratelimit counts in: Redis where there is one, so that processes share a quota, else this process's
 * memory. Redis away means counting here within 100 ms, not a failed request. koa-ratelimit takes a Map or a client with a
 * command `ratelimiter`; this is both, because its own stores either never forget a caller or fail with Redis.
 * Windows are fixed: they begin with a caller's first request, and cost one number each, whatever the quota.
 */
export class RateLimitStore extends Map<string, Window> {
  readonly #redis: Redis | undefined;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  constructor(redis: Redis | undefined, metrics: Metrics, now = () => performance.now()) {
    super();
    this.#now = now;
    this.#redis = redis;
    this.#metrics = metrics;
  }

  #countHere(key: string, windowMs: number) {
    const now = this.#now();
    let window = this.get(key);
    if (window === undefined || window.endsAt <= now) {
      this.delete(key);
      const [oldest] = this.keys();
      if (this.size >= maxCallers && oldest !== undefined) this.delete(oldest);
      window = { count: 0, endsAt: now + windowMs };
      this.set(key, window);
    }
    window.count += 1;
    return { count: window.count, leftMs: window.endsAt - now };
  }

  async #count(key: string, windowMs: number) {
    if (this.#redis === undefined) return this.#countHere(key, windowMs);
    try {
      return await this.#redis.count(key, windowMs);
    } catch {
      this.#metrics.count('fallbacks', { dependency: 'cache', operation: 'limit' });
      return this.#countHere(key, windowMs);
    }
  }

  /** As async-ratelimiter asks it: [remaining before this request, end of the window in epoch seconds, quota]. */
  async ratelimiter(key: string, _now: number, windowMs: number, max: number): Promise<[number, number, number]> {
    const { count, leftMs } = await this.#count(key, windowMs);
    return [Math.max(0, max - count + 1), Math.ceil((Date.now() + leftMs) / 1000), max];
  }
}
