import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '../redis/redis.ts';

/** How long a holder that died keeps its turn, in milliseconds; one that lives renews it. */
const held = 3000;
/** How often those who wait look again, in milliseconds. */
const pause = 50;

/** The part of Redis that turns are taken with. */
type Locks = Pick<Redis, 'lock' | 'unlock'>;

/** What came of a turn: another process brought it, or it was made here. */
type Outcome<T> = { readonly from: 'elsewhere' | 'here'; readonly value: T };

/** Who has the turn makes; `stored` runs after it and before the next one's turn, and is not waited for. */
interface Work<T> {
  /** What another process has made meanwhile. */
  readonly arrived: () => Promise<T | undefined>;
  readonly make: () => Promise<T>;
  readonly stored: (value: T) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * At most one process at a time makes what `key` names; the others wait for what it brings. One that dies loses its turn
 * after a few seconds, and with Redis away everybody makes it alone.
 */
export async function withDistributedLock<T>(locks: Locks, key: string, { arrived, make, stored, signal }: Work<T>): Promise<Outcome<T>> {
  const owner = randomUUID();
  const take = () => locks.lock(key, owner, held).catch(() => true);
  while (!(await take())) {
    await sleep(pause, undefined, { signal });
    const value = await arrived();
    if (value !== undefined) return { from: 'elsewhere', value };
  }
  const renewal = setInterval(take, held / 3).unref();
  const end = () => {
    clearInterval(renewal);
    locks.unlock(key, owner).catch(() => {});
  };
  try {
    // It may have come between the last look and the turn.
    const before = await arrived();
    const value = before ?? (await make());
    void (before === undefined ? stored(value) : Promise.resolve()).finally(end);
    return { from: before === undefined ? 'here' : 'elsewhere', value };
  } catch (error) {
    end();
    throw error;
  }
}
