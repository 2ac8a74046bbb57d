import { randomUUID } from 'node:crypto';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';

const channel = 'invalidations';
/** Publisher, cache and key; without a key, every key of the cache. */
const message = /^(\S+) (\S+)(?: (.*))?$/s;

/** Drops a key, or every key, from the memory of this process. */
type Evict = (key?: string) => void;

/** Messages to the other processes about keys that they must evict from their memory. */
export interface Invalidations {
  /** Never rejects; a failure is counted. Without Redis there is no other process to inform. */
  publish(cache: string, key?: string): Promise<void>;
  subscribe(cache: string, evict: Evict): void;
}

/** Uses a Redis channel and one connection for all caches. */
export function createInvalidations(redis: Redis | undefined, metrics: Metrics): Invalidations {
  const self = randomUUID();
  const subscribers = new Map<string, Evict>();
  function receive(text: string): void {
    const [, publisher, cache = '', key] = message.exec(text) ?? [];
    if (publisher !== self) subscribers.get(cache)?.(key);
  }
  // Messages during a lost connection are lost: after it, no memory can be trusted.
  const evictAll = () => {
    for (const evict of subscribers.values()) evict();
  };
  return {
    async publish(cache, key) {
      const text = key === undefined ? `${self} ${cache}` : `${self} ${cache} ${key}`;
      await redis?.publish(channel, text).catch(() => metrics.count('fallbacks', { dependency: 'cache', operation: 'cache_write' }));
    },
    subscribe(cache, evict) {
      if (subscribers.size === 0) redis?.subscribe(channel, receive, evictAll);
      subscribers.set(cache, evict);
    },
  };
}
