import type { Metrics } from '../telemetry/metrics.ts';
import type { Redis } from './redis.ts';

interface Window {
  count: number;
  /** Milliseconds of the monotonic clock: setting the system clock must not change a window. */
  readonly endsAt: number;
}

/** Callers in the memory of one process; the oldest window is evicted. */
const maxCallers = 50_000;

/**
 * The store of koa-ratelimit: Redis, so that processes share a quota, or the memory of this process without Redis and while Redis is
 * down (after at most 100 ms). koa-ratelimit accepts a Map or a client with the command `ratelimiter`; this is both, because its own
 * stores never evict a caller, or fail with Redis. Windows are fixed: one starts with a caller's first request, and takes one number.
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

  #countInMemory(key: string, windowMs: number) {
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
    if (this.#redis === undefined) return this.#countInMemory(key, windowMs);
    try {
      return await this.#redis.count(key, windowMs);
    } catch {
      this.#metrics.count('fallbacks', { dependency: 'cache', operation: 'limit' });
      return this.#countInMemory(key, windowMs);
    }
  }

  /** The interface of async-ratelimiter: [remaining before this request, end of the window in epoch seconds, quota]. */
  async ratelimiter(key: string, _now: number, windowMs: number, max: number): Promise<[number, number, number]> {
    const { count, leftMs } = await this.#count(key, windowMs);
    return [Math.max(0, max - count + 1), Math.ceil((Date.now() + leftMs) / 1000), max];
  }
}
