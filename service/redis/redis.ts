import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Logger } from '../telemetry/log.ts';
import { CommandRunner, withTimeout } from './command-runner.ts';
import { connect, type RedisConnection } from './connection.ts';
import { shards } from './shards.ts';
import { type Subscription, subscribe } from './subscription.ts';

/** Milliseconds that a start waits for the first connection; before it, requests are counted in this process. */
const startTimeoutMs = 500;

/** Keys that `checkWritable` sets, on every master, and their TTL in seconds. */
const checkKeys = shards.map((shard) => `health:${shard}`);
const checkSeconds = 60;

const countReply = z.array(z.number());
/** Seconds and microseconds. */
const timeReply = z.tuple([z.coerce.number().int(), z.coerce.number().int()]);
const clientCount = z.coerce.number().int();

/** A window in which requests are counted. */
export interface RateWindow {
  readonly key: string;
  /** Requests allowed in it. */
  readonly requests: number;
  readonly milliseconds: number;
}
/** A window after a request was counted; `count` includes it, `leftMs` is what remains of the window. */
export interface CountedWindow {
  readonly count: number;
  readonly leftMs: number;
}

/** On a Redis Cluster, all keys of one call must have the same hash tag, except those of `count`. */
export interface Redis {
  /** The values of some keys, in their order. */
  get(keys: readonly [string, ...string[]]): Promise<(string | undefined)[]>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Sets `key` if every key of `expected` has the given value; returns whether it did. */
  setIfUnchanged(key: string, value: string, ttlSeconds: number, expected: Readonly<Record<string, string | undefined>>): Promise<boolean>;
  /** The clock that all processes share for a key, in milliseconds since the epoch. */
  time(key: string): Promise<number>;
  /** Removes every key with the prefix in small steps; returns how many there were. */
  clear(prefix: string): Promise<number>;
  /** Acquires a lock, or renews the owner's; false if another owner holds it. */
  lock(key: string, owner: string, milliseconds: number): Promise<boolean>;
  unlock(key: string, owner: string): Promise<void>;
  publish(channel: string, message: string): Promise<void>;
  /** Subscribes over a connection of its own. `onSubscribed`: messages before this call may have been missed. */
  subscribe(channel: string, onMessage: (message: string) => void, onSubscribed: () => void): void;
  /**
   * Counts a request in each window, up to the first one whose quota is used up: that one is the last of the result. One command, or, on a
   * Redis Cluster, one for windows that follow each other and have the same hash tag.
   */
  count(windows: readonly RateWindow[]): Promise<readonly CountedWindow[]>;
  /** Number of connected clients. */
  countClients(): Promise<number>;
  /** Rejects unless every master accepts a write: it may serve reads and reject every write. */
  checkWritable(): Promise<void>;
  /** Resolves with the first connection, or after a short timeout. */
  waitForConnection(): Promise<void>;
  close(): Promise<void>;
}

type Commands = Omit<Redis, 'subscribe' | 'waitForConnection' | 'close'>;

/** Windows that follow each other in one slot. */
function groupBySlot(windows: readonly RateWindow[], slotOf: RedisConnection['slotOf']): RateWindow[][] {
  const groups: RateWindow[][] = [];
  for (const window of windows) {
    const group = groups.at(-1);
    const isNext = group?.[0] === undefined || slotOf(group[0].key) !== slotOf(window.key);
    if (isNext) groups.push([window]);
    else group.push(window);
  }
  return groups;
}

function createCounting({ client, nodeOf, slotOf }: RedisConnection, runner: CommandRunner): Commands['count'] {
  async function countGroup(windows: readonly RateWindow[]): Promise<CountedWindow[]> {
    const keys = windows.map(({ key }) => key);
    const node = nodeOf(keys[0] ?? '');
    const values = windows.flatMap(({ requests, milliseconds }) => [requests, milliseconds]);
    const reply = countReply.parse(await runner.write(node, () => client.countRequest(keys.length, ...keys, ...values)));
    return windows.slice(0, reply.length / 2).map((_, index) => ({ count: reply[2 * index] ?? 0, leftMs: reply[2 * index + 1] ?? 0 }));
  }
  return async (windows) => {
    const counted: CountedWindow[] = [];
    for (const group of groupBySlot(windows, slotOf)) {
      counted.push(...(await countGroup(group)));
      const isRejected = (counted.at(-1)?.count ?? 0) > (windows[counted.length - 1]?.requests ?? 0);
      if (isRejected) break;
    }
    return counted;
  };
}

/** Removes every key with the prefix from each master. */
function createClearing({ masters }: RedisConnection, runner: CommandRunner): Commands['clear'] {
  return async (prefix) => {
    let removed = 0;
    for (const [node, master] of await masters()) {
      let cursor = '0';
      do {
        const [next, keys] = await runner.read(node, () => master.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000));
        // One command for each key: on a cluster, a command with several keys needs one hash tag.
        const removals = await Promise.all(keys.map((key) => runner.read(node, () => master.unlink(key))));
        removed += removals.reduce((sum, count) => sum + count, 0);
        cursor = next;
      } while (cursor !== '0');
    }
    return removed;
  };
}

function createCommands(connection: RedisConnection, runner: CommandRunner): Commands {
  const { client, nodeOf, masters } = connection;
  return {
    async get(keys) {
      const values = await runner.read(nodeOf(keys[0]), () => client.mget(...keys));
      return values.map((value) => value ?? undefined);
    },
    set: async (key, value, ttlSeconds) => void (await runner.write(nodeOf(key), () => client.set(key, value, 'EX', ttlSeconds))),
    async setIfUnchanged(key, value, ttlSeconds, expected) {
      const keys = [...Object.keys(expected), key];
      const values = [...Object.values(expected).map((text) => text ?? ''), value, ttlSeconds];
      return (await runner.write(nodeOf(key), () => client.setIfUnchanged(keys.length, ...keys, ...values))) === 1;
    },
    async time(key) {
      const [seconds, microseconds] = timeReply.parse(await runner.read(nodeOf(key), () => client.timeAt(1, key)));
      return seconds * 1000 + Math.floor(microseconds / 1000);
    },
    clear: createClearing(connection, runner),
    lock: async (key, owner, milliseconds) =>
      (await runner.write(nodeOf(key), () => client.acquireLock(1, key, owner, milliseconds))) === 1,
    unlock: async (key, owner) => void (await runner.read(nodeOf(key), () => client.releaseLock(1, key, owner))),
    publish: async (channel, message) => void (await runner.read(nodeOf(channel), () => client.publish(channel, message))),
    count: createCounting(connection, runner),
    async countClients() {
      const texts = await Promise.all((await masters()).map(([node, master]) => runner.read(node, () => master.info('clients'))));
      return texts.reduce((sum, text) => sum + clientCount.parse(/^connected_clients:(\d+)/m.exec(text)?.[1]), 0);
    },
    async checkWritable() {
      const keyByNode = new Map(checkKeys.map((key) => [nodeOf(key), key]));
      await Promise.all([...keyByNode.values()].map((key) => withTimeout(client.set(key, '', 'EX', checkSeconds))));
    },
  };
}

/** Connects in the background and reconnects without limit; every command fails within 100 ms while Redis is down. */
export function openRedis(url: string, log: Logger): Redis {
  const runner = new CommandRunner(log);
  const connection = connect(url, (reason, node) => runner.reportDown(reason, node));
  const subscriptions: Subscription[] = [];
  return {
    ...createCommands(connection, runner),
    subscribe(channel, onMessage, onSubscribed) {
      subscriptions.push(subscribe({ open: connection.openSubscriber, channel, onMessage, onSubscribed }));
    },
    async waitForConnection() {
      const connected = Promise.all([connection.ready(), ...subscriptions.map(({ subscribed }) => subscribed)]);
      await Promise.race([connected, sleep(startTimeoutMs, undefined, { ref: false })]).catch(() => {});
    },
    async close() {
      connection.close();
      for (const { close } of subscriptions) close();
    },
  };
}
