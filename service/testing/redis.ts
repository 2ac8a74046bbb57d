import type { Redis } from '../redis/redis.ts';

/** What several processes would share, in memory. Nothing expires. */
export interface MemoryRedis extends Redis {
  readonly values: Map<string, string>;
  /** Every command fails from here on, or works again. */
  away(isAway: boolean): void;
  /** The subscribers' connections were lost and are back. */
  reconnect(): void;
}

/** Stands in for Redis where only the program around it is tested. */
export function memoryRedis(): MemoryRedis {
  const values = new Map<string, string>();
  const subscribers: { readonly hear: (message: string) => void; readonly begins: () => void }[] = [];
  let isAway = false;
  const ask = async <T>(answer: () => T): Promise<T> => {
    if (isAway) throw new Error('away');
    return answer();
  };
  const counts = new Map<string, number>();
  return {
    values,
    away(now) {
      isAway = now;
    },
    reconnect() {
      for (const { begins } of subscribers) begins();
    },
    get: (keys) => ask(() => keys.map((key) => values.get(key))),
    set: (key, value) => ask(() => void values.set(key, value)),
    setIfUnchanged: (key, value, _ttl, seen) =>
      ask(() => {
        const isUnchanged = Object.entries(seen).every(([name, text]) => values.get(name) === text);
        if (isUnchanged) values.set(key, value);
        return isUnchanged;
      }),
    time: () => ask(() => Date.now()),
    clear: (prefix) =>
      ask(() =>
        [...values.keys()].filter((key) => key.startsWith(prefix)).reduce((removed, key) => removed + Number(values.delete(key)), 0),
      ),
    lock: (key, owner) =>
      ask(() => {
        const holder = values.get(key) ?? owner;
        values.set(key, holder);
        return holder === owner;
      }),
    unlock: (key, owner) => ask(() => void (values.get(key) === owner && values.delete(key))),
    publish: (_channel, message) =>
      ask(() => {
        for (const { hear } of subscribers) hear(message);
      }),
    subscribe(_channel, hear, begins) {
      subscribers.push({ hear, begins });
    },
    count: (key, windowMs) =>
      ask(() => {
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return { count, leftMs: windowMs };
      }),
    countClients: () => ask(() => 1 + subscribers.length),
    checkWritable: () => ask(() => {}),
    waitForConnection: async () => {},
    close: async () => {},
  };
}
