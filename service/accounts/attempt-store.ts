import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { Problem, unavailable } from '../http/problem.ts';
import type { Redis } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import {
  type AttemptCounts,
  type AttemptOutcome,
  type AttemptReservation,
  type AttemptRules,
  attemptCounts,
  reserveAttempt,
  settleAttempt,
} from './attempts.ts';

/** Counters in the memory of one process; the least recently used is evicted. */
const maxCounts = 50_000;
/** Maximum time that an attempt waits for concurrent attempts, and the pauses between two checks, in milliseconds. */
const maxWaitMs = 5000;
const pauses = { first: 20, longest: 200 } as const;
/** Maximum retries of a change that conflicts with another process. */
const maxConflicts = 50;
/** Seconds after which Redis deletes unchanged counters: longer than any window. */
const ttlSeconds = 3600;

interface Step<T> {
  /** Not set: no change. */
  readonly next: AttemptCounts | undefined;
  readonly result: T;
}
type Change<T> = (counts: AttemptCounts, now: number) => Step<T>;

function parse(text: string | undefined): AttemptCounts {
  if (text === undefined) return {};
  return attemptCounts.safeParse(JSON.parse(text)).data ?? {};
}

/** Runs the changes of one key in order: in one process, changes of the same counters never conflict. */
function createKeyedQueue() {
  const tails = new Map<string, Promise<unknown>>();
  return async function inOrder<T>(key: string, work: () => Promise<T>): Promise<T> {
    const run = (tails.get(key) ?? Promise.resolve()).then(work, work);
    tails.set(key, run);
    try {
      return await run;
    } finally {
      if (tails.get(key) === run) tails.delete(key);
    }
  };
}

const take =
  (rules: AttemptRules, id: string): Change<AttemptReservation> =>
  (counts, now) => {
    const { next, reservation: result } = reserveAttempt(counts, rules, id, now);
    return { next, result };
  };

/**
 * Counters of wrong passwords: in Redis, so that processes share them, or in memory without Redis and while Redis is down. Times are
 * those of the clock of Redis, or of the monotonic clock of this process.
 */
export function createAttemptStore(redis: Redis | undefined, metrics: Metrics) {
  const local = new LRUCache<string, AttemptCounts>({ max: maxCounts });
  const inOrder = createKeyedQueue();

  function changeLocally<T>(key: string, change: Change<T>): T {
    const { next, result } = change(local.get(key) ?? {}, performance.now());
    if (next !== undefined) local.set(key, next);
    return result;
  }

  /** Compare and set. */
  async function changeShared<T>(shared: Redis, key: string, change: Change<T>): Promise<T> {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
      const [[text], now] = await Promise.all([shared.get([key]), shared.time(key)]);
      const { next, result } = change(parse(text), now);
      if (next === undefined || (await shared.setIfUnchanged(key, JSON.stringify(next), ttlSeconds, { [key]: text }))) return result;
      await sleep(Math.random() * 5);
    }
    throw unavailable('Too many logins of this account at the same time.', 1);
  }

  async function changeAnywhere<T>(key: string, step: Change<T>): Promise<T> {
    if (redis === undefined) return changeLocally(key, step);
    try {
      return await changeShared(redis, key, step);
    } catch (error) {
      if (error instanceof Problem) throw error;
      metrics.count('fallbacks', { dependency: 'cache', operation: 'limit' });
      return changeLocally(key, step);
    }
  }
  const change = <T>(key: string, step: Change<T>) => inOrder(key, () => changeAnywhere(key, step));
  /** Whether an attempt would get a place now. It changes nothing and needs no queue, so that rejected attempts delay no others. */
  const peek = (key: string, rules: AttemptRules) =>
    changeAnywhere(key, (counts, now) => ({ next: undefined, result: reserveAttempt(counts, rules, '', now).reservation }));

  return {
    /** Reserves a place in the counters of `key`; waits for a short time if concurrent checks may use up the remaining places. */
    async reserve(key: string, rules: AttemptRules): Promise<AttemptReservation & { readonly id: string }> {
      const id = randomUUID();
      const end = performance.now() + maxWaitMs;
      for (let pause: number = pauses.first; ; pause = Math.min(pause * 2, pauses.longest)) {
        let reservation = await peek(key, rules);
        if (reservation.state === 'reserved') reservation = await change(key, take(rules, id));
        if (reservation.state !== 'busy' || performance.now() + pause > end) return { ...reservation, id };
        await sleep(pause);
      }
    },

    /** Releases a place. @returns the failures in the window of each rule */
    settle: (key: string, rules: AttemptRules, ended: { id: string; outcome: AttemptOutcome; forgiven?: readonly string[] }) =>
      change(key, (counts, now) => {
        const { next, failures: result } = settleAttempt(counts, rules, ended, now);
        return { next, result };
      }),
  };
}
export type AttemptStore = ReturnType<typeof createAttemptStore>;
