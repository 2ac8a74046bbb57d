import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import * as z from 'zod';
import type { Logger } from '../telemetry/log.ts';
import { type Subscription, subscribe } from './subscription.ts';

/** Longest wait for one command, in milliseconds; whoever waits has a local way to go on. */
const patience = 100;

/** Longest that a start waits for the first connection, in milliseconds; without it the first requests would be counted locally. */
const startPatience = 500;

/**
 * The result of a command, or an error after `patience`. When the time is over, what has arrived is read first: after the
 * process itself was busy for long, the answer is already there and Redis is not to blame.
 */
function inTime<T>(command: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => setImmediate(() => reject(new Error(`no answer within ${patience} ms`))), patience);
  command.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

/** After a command failed, the next ones fail at once for so many milliseconds: a Redis that hangs delays few requests. */
const rest = 500;

/** Counts a request in a window that starts with its first one; atomic, and by the clock of Redis alone. */
const countScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/** What a check stores, and for how many seconds. */
const [checkKey, checkSeconds] = ['health', 60];

/** Takes a lock that nobody else holds, or renews one's own. */
const lockScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
const unlockScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Sets the last key if the others hold what the caller saw; an absent one was seen as empty. */
const setIfUnchangedScript = `
for i = 1, #KEYS - 1 do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[i] then return 0 end
end
redis.call('SET', KEYS[#KEYS], ARGV[#KEYS], 'EX', ARGV[#KEYS + 1])
return 1`;

const counted = z.tuple([z.number(), z.number()]);
/** Seconds and microseconds. */
const timed = z.tuple([z.coerce.number().int(), z.coerce.number().int()]);
const clientCount = z.coerce.number().int();

export interface Redis {
  /** The values of some keys, in their order. */
  get(keys: readonly string[]): Promise<(string | undefined)[]>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Sets `key` if every key of `seen` still has the value given there; returns whether it did. */
  setIfUnchanged(key: string, value: string, ttlSeconds: number, seen: Readonly<Record<string, string | undefined>>): Promise<boolean>;
  /** The clock that all processes on this Redis share, in milliseconds since the epoch. */
  time(): Promise<number>;
  /** Removes every key with the prefix, a few at a time; gives how many there were. */
  clear(prefix: string): Promise<number>;
  /** Takes a lock, or renews the one that `owner` holds, for so many milliseconds; false where another one holds it. */
  lock(key: string, owner: string, milliseconds: number): Promise<boolean>;
  unlock(key: string, owner: string): Promise<void>;
  publish(channel: string, message: string): Promise<void>;
  /** Hears a channel on a connection of its own. `begins`: listening begins, again too; what was said before was not heard. */
  subscribe(channel: string, hear: (message: string) => void, begins: () => void): void;
  /** How often `key` was counted in its window, this time included, and the milliseconds that the window still lasts. */
  count(key: string, windowMs: number): Promise<{ readonly count: number; readonly leftMs: number }>;
  /** How many clients are connected to it. */
  countClients(): Promise<number>;
  /** Throws unless it stores a value now; one that answers may still refuse every write. */
  checkWritable(): Promise<void>;
  /** Waits for the first connection, for a moment only. */
  waitForConnection(): Promise<void>;
  close(): Promise<void>;
}

/** Connects in the background and reconnects for ever; every command fails within 100 ms while Redis is away. */
export function openRedis(url: string, log: Logger): Redis {
  const client = new Client(url, {
    enableOfflineQueue: false,
    // A connection that is dead without a word is given up and made anew.
    socketTimeout: 2000,
    connectTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  });
  // One line for an outage, however many commands fail in it.
  let isAway = false;
  function away(reason: string): void {
    if (!isAway) log.warn({ dependency: 'cache', reason }, 'Redis is away: limits and cache go on in this process');
    isAway = true;
  }
  function back(): void {
    if (isAway) log.info({ dependency: 'cache' }, 'Redis is back: limits and cache are shared again');
    isAway = false;
  }
  let restsUntil = Number.NEGATIVE_INFINITY;
  // Redis may answer reads and refuse every write: out of memory, a failed backup, a replica. Then no read says that it is back.
  let refusesWrites = false;
  async function run<T>(command: () => Promise<T>, stores = false): Promise<T> {
    if (performance.now() < restsUntil) throw new Error('Redis failed a moment ago');
    try {
      const result = await inTime(command());
      if (stores) refusesWrites = false;
      if (!refusesWrites) back();
      return result;
    } catch (error) {
      restsUntil = performance.now() + rest;
      if (stores && error instanceof Error && error.name === 'ReplyError') refusesWrites = true;
      away(error instanceof Error ? error.message : 'no reason given');
      throw error;
    }
  }
  const store = <T>(command: () => Promise<T>) => run(command, true);
  const subscriptions: Subscription[] = [];
  client.on('error', (error: Error) => away(error.message));
  return {
    async get(keys) {
      const values = await run(() => client.mget(...keys));
      return values.map((value) => value ?? undefined);
    },
    set: async (key, value, ttlSeconds) => void (await store(() => client.set(key, value, 'EX', ttlSeconds))),
    async setIfUnchanged(key, value, ttlSeconds, seen) {
      const keys = [...Object.keys(seen), key];
      const values = Object.values(seen).map((text) => text ?? '');
      return (await store(() => client.eval(setIfUnchangedScript, keys.length, ...keys, ...values, value, ttlSeconds))) === 1;
    },
    async time() {
      const [seconds, microseconds] = timed.parse(await run(() => client.time()));
      return seconds * 1000 + Math.floor(microseconds / 1000);
    },
    async clear(prefix) {
      let removed = 0;
      let cursor = '0';
      do {
        const [next, keys] = await run(() => client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000));
        if (keys.length > 0) removed += await run(() => client.unlink(...keys));
        cursor = next;
      } while (cursor !== '0');
      return removed;
    },
    lock: async (key, owner, milliseconds) => (await store(() => client.eval(lockScript, 1, key, owner, milliseconds))) === 1,
    unlock: async (key, owner) => void (await run(() => client.eval(unlockScript, 1, key, owner))),
    publish: async (channel, message) => void (await run(() => client.publish(channel, message))),
    subscribe(channel, hear, begins) {
      subscriptions.push(subscribe(client, channel, hear, begins));
    },
    async count(key, windowMs) {
      const [count, leftMs] = counted.parse(await store(() => client.eval(countScript, 1, key, windowMs)));
      return { count, leftMs };
    },
    async countClients() {
      const text = await run(() => client.info('clients'));
      return clientCount.parse(/^connected_clients:(\d+)/m.exec(text)?.[1]);
    },
    checkWritable: async () => void (await inTime(client.set(checkKey, '', 'EX', checkSeconds))),
    waitForConnection: () =>
      Promise.race([
        Promise.all([once(client, 'ready'), ...subscriptions.map(({ began }) => began)]),
        sleep(startPatience, undefined, { ref: false }),
      ]).then(
        () => undefined,
        () => undefined,
      ),
    async close() {
      client.disconnect();
      for (const { close } of subscriptions) close();
    },
  };
}
