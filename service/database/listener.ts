import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { backoffMs } from '../../contract/retry.ts';

/** Maximum time in milliseconds until a test notification arrives. */
const deliveryMs = 1500;
/** Pauses before the connection is opened again, in milliseconds. */
const pauses = { firstMs: 1000, longestMs: 30_000 };

/** Receives the payload of a notification. */
export type OnNotification = (payload: string) => void;

/**
 * Takes a connection of the pool and listens to a channel on it.
 * @throws if no notification arrives: a pooler in transaction mode accepts LISTEN, but delivers nothing
 */
async function subscribe(pool: Pool, channel: string, onNotification: OnNotification): Promise<PoolClient> {
  const client = await pool.connect();
  const probe = randomUUID();
  const { promise: delivered, resolve, reject } = Promise.withResolvers<void>();
  client.on('notification', ({ payload = '' }) => (payload === probe ? resolve() : onNotification(payload)));
  const late = setTimeout(() => reject(new Error('the connection delivers no notifications')), deliveryMs);
  try {
    await client.query(`listen "${channel}"`);
    // Over another connection.
    await pool.query('select pg_notify($1, $2)', [channel, probe]);
    await delivered;
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/**
 * Listens to a channel of PostgreSQL (LISTEN). If the connection is lost, it is opened again, and `onReconnect` is called, because
 * notifications may have been missed.
 * @throws if the first connection fails
 */
export async function listen(pool: Pool, channel: string, onNotification: OnNotification, onReconnect: () => void) {
  const closing = new AbortController();
  let client: PoolClient | undefined;
  const open = async () => {
    client = await subscribe(pool, channel, onNotification);
    client.once('end', () => void reopen());
  };
  const release = () => {
    client?.release(true);
    client = undefined;
  };
  async function reopen(): Promise<void> {
    release();
    for (let failures = 1; !closing.signal.aborted; failures += 1) {
      try {
        await sleep(backoffMs(pauses, failures), undefined, { signal: closing.signal, ref: false });
        await open();
        return onReconnect();
      } catch {
        // The next attempt follows; meanwhile workers poll.
      }
    }
  }
  await open();
  return {
    async close(): Promise<void> {
      closing.abort();
      release();
    },
  };
}
