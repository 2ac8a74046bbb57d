import type { Metrics } from '../telemetry/metrics.ts';
import type { CountedWindow, RateWindow, Redis } from './redis.ts';

interface Window {
  count: number;
  /** Milliseconds of the monotonic clock: setting the system clock must not change a window. */
  readonly endsAt: number;
}

/** Windows in the memory of one process; the oldest is evicted. */
const maxWindows = 50_000;

/**
 * Counts requests in Redis, so that processes share a quota, or in the memory of this process without Redis and while Redis is down
 * (after at most 100 ms). Windows are fixed: one starts with its first request, and takes one number.
 */
export class RateLimitStore {
  readonly #windows = new Map<string, Window>();
  readonly #redis: Redis | undefined;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  constructor(redis: Redis | undefined, metrics: Metrics, now = () => performance.now()) {
    this.#now = now;
    this.#redis = redis;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#windows.size;
  }
  has(key: string): boolean {
    return this.#windows.has(key);
  }

  #countInMemory({ key, milliseconds }: RateWindow): CountedWindow {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      this.#windows.delete(key);
      const [oldest] = this.#windows.keys();
      if (this.size >= maxWindows && oldest !== undefined) this.#windows.delete(oldest);
      window = { count: 0, endsAt: now + milliseconds };
      this.#windows.set(key, window);
    }
    window.count += 1;
    return { count: window.count, leftMs: window.endsAt - now };
  }

  #countAllInMemory(windows: readonly RateWindow[]): CountedWindow[] {
    const counted: CountedWindow[] = [];
    for (const window of windows) {
      const result = this.#countInMemory(window);
      counted.push(result);
      if (result.count > window.requests) break;
    }
    return counted;
  }

  /** Counts a request in each window, up to the first one whose quota is used up: that one is the last of the result. */
  async count(windows: readonly RateWindow[]): Promise<readonly CountedWindow[]> {
    if (this.#redis === undefined) return this.#countAllInMemory(windows);
    try {
      return await this.#redis.count(windows);
    } catch {
      this.#metrics.count('fallbacks', { dependency: 'cache', operation: 'limit' });
      return this.#countAllInMemory(windows);
    }
  }
}
