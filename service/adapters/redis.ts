import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import * as z from 'zod';
import type { Logger } from '../telemetry/log.ts';

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
const counted = z.tuple([z.number(), z.number()]);
const clientCount = z.coerce.number().int();

export interface Redis {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** How often `key` was counted in its window, this time included, and the milliseconds that the window still lasts. */
  count(key: string, windowMs: number): Promise<{ readonly count: number; readonly leftMs: number }>;
  /** How many clients are connected to it. */
  clients(): Promise<number>;
  ping(): Promise<void>;
  /** Waits for the first connection, for a moment only. */
  connected(): Promise<void>;
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
  let restsUntil = 0;
  async function run<T>(command: () => Promise<T>): Promise<T> {
    if (Date.now() < restsUntil) throw new Error('Redis failed a moment ago');
    try {
      return await inTime(command());
    } catch (error) {
      restsUntil = Date.now() + rest;
      throw error;
    }
  }
  let reported = false;
  client.on('ready', () => {
    if (reported) log.info({ dependency: 'cache' }, 'Redis is back');
    reported = false;
  });
  client.on('error', (error: Error) => {
    if (!reported) log.warn({ dependency: 'cache', reason: error.message }, 'Redis is away');
    reported = true;
  });
  return {
    get: async (key) => (await run(() => client.get(key))) ?? undefined,
    set: async (key, value, ttlSeconds) => void (await run(() => client.set(key, value, 'EX', ttlSeconds))),
    async count(key, windowMs) {
      const [count, leftMs] = counted.parse(await run(() => client.eval(countScript, 1, key, windowMs)));
      return { count, leftMs };
    },
    async clients() {
      const text = await run(() => client.info('clients'));
      return clientCount.parse(/^connected_clients:(\d+)/m.exec(text)?.[1]);
    },
    ping: async () => void (await inTime(client.ping())),
    connected: () =>
      Promise.race([once(client, 'ready'), sleep(startPatience, undefined, { ref: false })]).then(
        () => undefined,
        () => undefined,
      ),
    close: async () => client.disconnect(),
  };
}
