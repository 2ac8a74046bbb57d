import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { Redis } from '../redis/redis.ts';

/** Seconds that Redis remembers an invalidation: longer than any flight that began before it. */
const remembered = 120;
/** Milliseconds until an invalidation that Redis did not take is tried again. */
const retry = 1000;

/** What a flight saw when it began: it may write only where that has not changed. */
export type ObservedValues = Readonly<Record<string, string | undefined>>;
interface Read<T> {
  readonly value: T | undefined;
  readonly seen: ObservedValues;
}
interface Options<T> {
  /** Prefix of its keys. */
  readonly prefix: string;
  /** What does not fit it counts as absent. */
  readonly schema: z.ZodType<T>;
  readonly secondsOf: (value: T) => number;
  /** Called when the level was emptied because an invalidation had failed. */
  readonly emptied: () => void;
}

const nothing = { value: undefined, seen: {} } as const;

/**
 * The level of a cache that processes share. An invalidation leaves a mark that is unlike anything before it, so that a late
 * writer finds its key changed and lets it be. An invalidation that Redis does not take makes this process distrust
 * the level until all of it could be emptied.
 */
export class RedisTier<T> {
  readonly #redis: Redis;
  readonly #options: Options<T>;
  readonly #epoch: string;
  #distrusted = false;
  constructor(redis: Redis, options: Options<T>) {
    this.#redis = redis;
    this.#options = options;
    this.#epoch = `epoch:${options.prefix}`;
  }

  #parse(text: string | undefined): T | undefined {
    if (text === undefined || text.startsWith('!')) return undefined;
    try {
      return this.#options.schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Throws while Redis is away. */
  async read(key: string): Promise<Read<T>> {
    if (this.#distrusted) return nothing;
    const name = this.#options.prefix + key;
    const [text, epoch] = await this.#redis.get([name, this.#epoch]);
    return { value: this.#parse(text), seen: { [name]: text, [this.#epoch]: epoch } };
  }

  /** Writes what a flight has made, unless its key was changed or invalidated since `seen`. */
  async write(key: string, value: T, seen: ObservedValues): Promise<void> {
    if (this.#distrusted) return;
    await this.#redis.setIfUnchanged(this.#options.prefix + key, JSON.stringify(value), this.#options.secondsOf(value), seen);
  }

  async set(key: string, value: T): Promise<void> {
    await this.#orDistrust(this.#redis.set(this.#options.prefix + key, JSON.stringify(value), this.#options.secondsOf(value)));
  }

  async delete(key: string): Promise<void> {
    await this.#orDistrust(this.#redis.set(this.#options.prefix + key, `!${randomUUID()}`, remembered));
  }

  /** @returns how many keys there were */
  clear(): Promise<number> {
    return this.#orDistrust(this.#empty());
  }

  async #empty(): Promise<number> {
    await this.#redis.set(this.#epoch, randomUUID(), remembered);
    return this.#redis.clear(this.#options.prefix);
  }

  async #orDistrust<R>(change: Promise<R>): Promise<R> {
    try {
      return await change;
    } catch (error) {
      if (!this.#distrusted) void this.#regainTrust();
      throw error;
    }
  }

  async #regainTrust(): Promise<void> {
    this.#distrusted = true;
    while (this.#distrusted) {
      await sleep(retry, undefined, { ref: false });
      await this.#empty().then(
        () => {
          this.#distrusted = false;
          this.#options.emptied();
        },
        () => {},
      );
    }
  }
}
