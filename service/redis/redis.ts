import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import * as z from 'zod';
import type { Logger } from '../telemetry/log.ts';
import { CommandRunner, withTimeout } from './command-runner.ts';
import { countScript, lockScript, setIfUnchangedScript, unlockScript } from './scripts.ts';
import { type Subscription, subscribe } from './subscription.ts';

/** Milliseconds that a start waits for the first connection; before it, requests are counted in this process. */
const startTimeoutMs = 500;

/** The key that `checkWritable` sets, and its TTL in seconds. */
const [checkKey, checkSeconds] = ['health', 60];

const countReply = z.tuple([z.number(), z.number()]);
/** Seconds and microseconds. */
const timeReply = z.tuple([z.coerce.number().int(), z.coerce.number().int()]);
const clientCount = z.coerce.number().int();

export interface Redis {
  /** The values of some keys, in their order. */
  get(keys: readonly string[]): Promise<(string | undefined)[]>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Sets `key` if every key of `expected` has the given value; returns whether it did. */
  setIfUnchanged(key: string, value: string, ttlSeconds: number, expected: Readonly<Record<string, string | undefined>>): Promise<boolean>;
  /** The clock that all processes share, in milliseconds since the epoch. */
  time(): Promise<number>;
  /** Removes every key with the prefix in small steps; returns how many there were. */
  clear(prefix: string): Promise<number>;
  /** Acquires a lock, or renews the owner's; false if another owner holds it. */
  lock(key: string, owner: string, milliseconds: number): Promise<boolean>;
  unlock(key: string, owner: string): Promise<void>;
  publish(channel: string, message: string): Promise<void>;
  /** Subscribes over a connection of its own. `onSubscribed`: messages before this call may have been missed. */
  subscribe(channel: string, onMessage: (message: string) => void, onSubscribed: () => void): void;
  /** Counts a request; `count` includes it, `leftMs` is what remains of the window. */
  count(key: string, windowMs: number): Promise<{ readonly count: number; readonly leftMs: number }>;
  /** Number of connected clients. */
  countClients(): Promise<number>;
  /** Rejects unless Redis accepts a write: it may serve reads and reject every write. */
  checkWritable(): Promise<void>;
  /** Resolves with the first connection, or after a short timeout. */
  waitForConnection(): Promise<void>;
  close(): Promise<void>;
}

type Commands = Omit<Redis, 'subscribe' | 'waitForConnection' | 'close'>;

function createCommands(client: Client, runner: CommandRunner): Commands {
  return {
    async get(keys) {
      const values = await runner.read(() => client.mget(...keys));
      return values.map((value) => value ?? undefined);
    },
    set: async (key, value, ttlSeconds) => void (await runner.write(() => client.set(key, value, 'EX', ttlSeconds))),
    async setIfUnchanged(key, value, ttlSeconds, expected) {
      const keys = [...Object.keys(expected), key];
      const values = [...Object.values(expected).map((text) => text ?? ''), value, ttlSeconds];
      return (await runner.write(() => client.eval(setIfUnchangedScript, keys.length, ...keys, ...values))) === 1;
    },
    async time() {
      const [seconds, microseconds] = timeReply.parse(await runner.read(() => client.time()));
      return seconds * 1000 + Math.floor(microseconds / 1000);
    },
    async clear(prefix) {
      let removed = 0;
      let cursor = '0';
      do {
        const [next, keys] = await runner.read(() => client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000));
        if (keys.length > 0) removed += await runner.read(() => client.unlink(...keys));
        cursor = next;
      } while (cursor !== '0');
      return removed;
    },
    lock: async (key, owner, milliseconds) => (await runner.write(() => client.eval(lockScript, 1, key, owner, milliseconds))) === 1,
    unlock: async (key, owner) => void (await runner.read(() => client.eval(unlockScript, 1, key, owner))),
    publish: async (channel, message) => void (await runner.read(() => client.publish(channel, message))),
    async count(key, windowMs) {
      const [count, leftMs] = countReply.parse(await runner.write(() => client.eval(countScript, 1, key, windowMs)));
      return { count, leftMs };
    },
    async countClients() {
      const text = await runner.read(() => client.info('clients'));
      return clientCount.parse(/^connected_clients:(\d+)/m.exec(text)?.[1]);
    },
    checkWritable: async () => void (await withTimeout(client.set(checkKey, '', 'EX', checkSeconds))),
  };
}

/** Connects in the background and reconnects without limit; every command fails within 100 ms while Redis is down. */
export function openRedis(url: string, log: Logger): Redis {
  const client = new Client(url, {
    enableOfflineQueue: false,
    // Replaces a connection that died without closing.
    socketTimeout: 2000,
    connectTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  });
  const runner = new CommandRunner(log);
  client.on('error', (error: Error) => runner.reportDown(error.message));
  const subscriptions: Subscription[] = [];
  return {
    ...createCommands(client, runner),
    subscribe(channel, onMessage, onSubscribed) {
      subscriptions.push(subscribe(client, channel, onMessage, onSubscribed));
    },
    async waitForConnection() {
      const connected = Promise.all([once(client, 'ready'), ...subscriptions.map(({ subscribed }) => subscribed)]);
      await Promise.race([connected, sleep(startTimeoutMs, undefined, { ref: false })]).catch(() => {});
    },
    async close() {
      client.disconnect();
      for (const { close } of subscriptions) close();
    },
  };
}
