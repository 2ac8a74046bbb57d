import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { Redis } from '../redis/redis.ts';
import { shardOf, shards } from '../redis/shards.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** A value and the tier that held it; `none`: it was computed now. */
export interface Cached<T> {
  readonly value: T;
  readonly level: 'memory' | 'redis' | 'none';
}
/** Computes a value; its signal aborts when no caller waits for it any more. */
export type Compute<T> = (signal: AbortSignal) => Promise<T>;

export interface RedisTierOptions<T> {
  /** Label in metrics and prefix in Redis. */
  readonly name: string;
  /** Increment it when the shape of the values changes. */
  readonly version: number;
  /** A value in Redis that does not match counts as absent. */
  readonly schema: z.ZodType<T>;
  /** One process at a time computes a value; the others wait for it. Without Redis each process computes its own. */
  readonly crossProcessLock?: true;
}

/** Seconds that Redis keeps an invalidation: longer than any computation that started before it. */
const invalidationSeconds = 120;
/** Milliseconds between attempts to empty a tier that missed an invalidation. */
const emptyRetryMs = 1000;
/** A lock whose holder died expires after this many milliseconds; a live holder renews it three times as often. */
const leaseMs = 3000;
/** Milliseconds between two looks of a process that waits for the lock holder's value. */
const pollMs = 50;

/** What the keys held when a computation started; it stores its value only if they still hold the same. */
type Observed = Readonly<Record<string, string | undefined>>;
/** `observed` is undefined if the tier cannot be used now. */
interface Read<T> {
  readonly value?: T | undefined;
  readonly observed?: Observed;
}
interface Dependencies<T> {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly ttlFor: (value: T) => number;
  /** Called when the tier was emptied because an invalidation had failed. */
  readonly onEmptied: () => void;
}

/**
 * The tier of a cache that processes share. An invalidation stores a unique value (a tombstone under the key, an epoch for all keys of a shard),
 * so a process that computed a value before it finds the key changed and does not store it. If Redis does not take an invalidation, this
 * process bypasses the tier until it has emptied it. Redis failures never reject; they are counted as fallbacks.
 */
export class RedisTier<T> {
  readonly #options: RedisTierOptions<T>;
  readonly #dependencies: Dependencies<T>;
  readonly #prefix: string;
  #bypassed = false;
  constructor(options: RedisTierOptions<T>, dependencies: Dependencies<T>) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#prefix = `${options.name}:${options.version}:`;
  }
  get #redis(): Redis {
    return this.#dependencies.redis;
  }
  /** A value, its lock and the epoch of its shard have one hash tag. */
  #nameOf(key: string): string {
    return `${this.#prefix}${shardOf(key)}:${key}`;
  }
  #epochOf(shard: string): string {
    return `epoch:${this.#prefix}${shard}`;
  }

  /** The value in Redis, or a computed one, which is stored without waiting: a slow Redis must not delay the response. */
  async getOrCompute(key: string, compute: Compute<T>, signal: AbortSignal): Promise<Cached<T>> {
    const { value, observed } = await this.#read(key);
    if (value !== undefined) return { value, level: 'redis' };
    if (observed !== undefined && this.#options.crossProcessLock) return this.#computeLocked(key, compute, signal);
    const computed = await compute(signal);
    void this.#store(key, computed, observed);
    return { value: computed, level: 'none' };
  }

  async #computeLocked(key: string, compute: Compute<T>, signal: AbortSignal): Promise<Cached<T>> {
    const [lock, owner] = [`lock:${this.#nameOf(key)}`, randomUUID()];
    // Without Redis nothing is shared: each process computes its own value.
    const acquire = () => this.#redis.lock(lock, owner, leaseMs).catch(() => true);
    while (!(await acquire())) {
      await sleep(pollMs, undefined, { signal });
      const { value } = await this.#read(key);
      if (value !== undefined) return { value, level: 'redis' };
    }
    const renewal = setInterval(acquire, leaseMs / 3).unref();
    const release = () => {
      clearInterval(renewal);
      this.#redis.unlock(lock, owner).catch(() => {});
    };
    try {
      // The previous holder may have stored it between the last read and the lock.
      const { value, observed } = await this.#read(key);
      const computed = value ?? (await compute(signal));
      // The next process must find the value: the lock is held until it is stored.
      void (value === undefined ? this.#store(key, computed, observed) : Promise.resolve()).finally(release);
      return { value: computed, level: value === undefined ? 'none' : 'redis' };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #read(key: string): Promise<Read<T>> {
    if (this.#bypassed) return {};
    const [name, epochName] = [this.#nameOf(key), this.#epochOf(shardOf(key))];
    try {
      const [text, epoch] = await this.#redis.get([name, epochName]);
      return { value: this.#parse(text), observed: { [name]: text, [epochName]: epoch } };
    } catch {
      this.#countFallback('cache_read');
      return {};
    }
  }

  #parse(text: string | undefined): T | undefined {
    if (text === undefined || text.startsWith('!')) return undefined;
    try {
      return this.#options.schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Stores a computed value unless its key was changed or invalidated since `observed`. */
  async #store(key: string, value: T, observed: Observed | undefined): Promise<void> {
    if (this.#bypassed || observed === undefined) return;
    const stored = this.#redis.setIfUnchanged(this.#nameOf(key), JSON.stringify(value), this.#dependencies.ttlFor(value), observed);
    await stored.catch(() => this.#countFallback('cache_write'));
  }

  async set(key: string, value: T): Promise<void> {
    await this.#invalidate(this.#redis.set(this.#nameOf(key), JSON.stringify(value), this.#dependencies.ttlFor(value)));
  }

  async delete(key: string): Promise<void> {
    await this.#invalidate(this.#redis.set(this.#nameOf(key), `!${randomUUID()}`, invalidationSeconds));
  }

  /** @returns how many keys there were; undefined if Redis failed */
  clear(): Promise<number | undefined> {
    return this.#invalidate(this.#empty());
  }

  async #empty(): Promise<number> {
    const epoch = randomUUID();
    await Promise.all(shards.map((shard) => this.#redis.set(this.#epochOf(shard), epoch, invalidationSeconds)));
    return this.#redis.clear(this.#prefix);
  }

  async #invalidate<R>(change: Promise<R>): Promise<R | undefined> {
    try {
      return await change;
    } catch {
      this.#countFallback('cache_write');
      if (!this.#bypassed) void this.#bypassUntilEmptied();
      return undefined;
    }
  }

  async #bypassUntilEmptied(): Promise<void> {
    this.#bypassed = true;
    while (this.#bypassed) {
      await sleep(emptyRetryMs, undefined, { ref: false });
      await this.#empty().then(
        () => {
          this.#bypassed = false;
          this.#dependencies.onEmptied();
        },
        () => {},
      );
    }
  }

  #countFallback(operation: 'cache_read' | 'cache_write'): void {
    this.#dependencies.metrics.count('fallbacks', { dependency: 'cache', operation });
  }
}
