import { randomUUID } from 'node:crypto';
import type { Redis } from '../redis/redis.ts';

const channel = 'invalidations';
/** Who says it, of which cache, and of which key; without one: of all. */
const message = /^(\S+) (\S+)(?: (.*))?$/s;

/** Drops a key from memory, or everything. */
type Drop = (key?: string) => void;

/** How processes tell each other what their memories must not hold any longer. */
export interface Invalidations {
  /** Tells every other process to drop a key of a cache, or all of it. Throws while Redis is away. */
  publish(cache: string, key?: string): Promise<void>;
  subscribe(cache: string, drop: Drop): void;
}

/** Over Redis's channels, with one connection for all caches; without Redis there is nobody to tell. */
export function createInvalidations(redis: Redis | undefined): Invalidations {
  const self = randomUUID();
  const listeners = new Map<string, Drop>();
  function hear(text: string): void {
    const [, from, cache = '', key] = message.exec(text) ?? [];
    if (from !== self) listeners.get(cache)?.(key);
  }
  // What was said while nobody listened is lost: after that, no memory can be trusted.
  const dropAll = () => {
    for (const drop of listeners.values()) drop();
  };
  return {
    publish: async (cache, key) => redis?.publish(channel, key === undefined ? `${self} ${cache}` : `${self} ${cache} ${key}`),
    subscribe(cache, drop) {
      if (listeners.size === 0) redis?.subscribe(channel, hear, dropAll);
      listeners.set(cache, drop);
    },
  };
}
