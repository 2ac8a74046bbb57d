import type { CountedWindow, Redis } from '../redis/redis.ts';

/** Redis in memory, for several instances of a module in one process. Nothing expires. */
export interface MemoryRedis extends Redis {
  readonly values: Map<string, string>;
  /** Makes every command fail, or work again. */
  setDown(isDown: boolean): void;
  /** Simulates a lost and restored connection of each subscriber. */
  reconnect(): void;
}

export function memoryRedis(): MemoryRedis {
  const values = new Map<string, string>();
  const subscribers: { readonly onMessage: (message: string) => void; readonly onSubscribed: () => void }[] = [];
  let isDown = false;
  const run = async <T>(command: () => T): Promise<T> => {
    if (isDown) throw new Error('down');
    return command();
  };
  const counts = new Map<string, number>();
  return {
    values,
    setDown(value) {
      isDown = value;
    },
    reconnect() {
      for (const { onSubscribed } of subscribers) onSubscribed();
    },
    get: (keys) => run(() => keys.map((key) => values.get(key))),
    set: (key, value) => run(() => void values.set(key, value)),
    setIfUnchanged: (key, value, _ttl, seen) =>
      run(() => {
        const isUnchanged = Object.entries(seen).every(([name, text]) => values.get(name) === text);
        if (isUnchanged) values.set(key, value);
        return isUnchanged;
      }),
    time: () => run(() => Date.now()),
    clear: (prefix) =>
      run(() =>
        [...values.keys()].filter((key) => key.startsWith(prefix)).reduce((removed, key) => removed + Number(values.delete(key)), 0),
      ),
    lock: (key, owner) =>
      run(() => {
        const holder = values.get(key) ?? owner;
        values.set(key, holder);
        return holder === owner;
      }),
    unlock: (key, owner) => run(() => void (values.get(key) === owner && values.delete(key))),
    publish: (_channel, message) =>
      run(() => {
        for (const { onMessage } of subscribers) onMessage(message);
      }),
    subscribe(_channel, onMessage, onSubscribed) {
      subscribers.push({ onMessage, onSubscribed });
    },
    count: (windows) =>
      run(() => {
        const counted: CountedWindow[] = [];
        for (const { key, requests, milliseconds } of windows) {
          const count = (counts.get(key) ?? 0) + 1;
          counts.set(key, count);
          counted.push({ count, leftMs: milliseconds });
          if (count > requests) break;
        }
        return counted;
      }),
    countClients: () => run(() => 1 + subscribers.length),
    checkWritable: () => run(() => {}),
    waitForConnection: async () => {},
    close: async () => {},
  };
}
