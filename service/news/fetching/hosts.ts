import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { FetchError } from './fetch-error.ts';
import type { RobotsFile } from './robots.ts';

export interface HostTimes {
  /** Shortest time from the end of a request to the start of the next one to the same host. */
  readonly delayMs: number;
  /** Longest request: another process sends the next one if the lease was not released. */
  readonly leaseMs: number;
  /** Longest wait for the lease of a host. */
  readonly maxWaitMs: number;
}

export interface StoredRobots extends RobotsFile {
  /** Milliseconds since it was read. */
  readonly ageMs: number;
}

/** The right to send one request to a host. */
export interface HostLease {
  /** Makes the next request to the host wait for so long. */
  release(pauseMs: number): Promise<void>;
}

/** The host of a URL, with the port unless it is the default one. */
export const hostOf = ({ host }: URL): string => host;

/** What is stored about robots.txt of a host; undefined: it was not read yet. */
export async function findRobots(on: Kysely<Tables>, host: string): Promise<StoredRobots | undefined> {
  const { rows } = await sql<StoredRobots>`
    select robots as text, robots_status as status, (extract(epoch from clock_timestamp() - robots_read_at) * 1000)::float8 as "ageMs"
    from news_hosts where host = ${host} and robots_read_at is not null`.execute(on);
  return rows[0];
}

export async function storeRobots(on: Kysely<Tables>, host: string, { status, text }: RobotsFile): Promise<void> {
  await on
    .updateTable('news_hosts')
    .set({ robots: text, robots_status: status, robots_read_at: sql<Date>`clock_timestamp()` })
    .where('host', '=', host)
    .execute();
}

const milliseconds = (ms: number) => sql`make_interval(secs => ${ms / 1000}::float8)`;

/**
 * Leases of hosts, across processes: one request at a time, and a delay from its end to the next one. Both are `next_request_at` of the row:
 * the end of the lease while a request is in flight, then the end of the delay. Only the clock of the database is read.
 */
export function createHosts(db: Kysely<Tables>, { delayMs, leaseMs, maxWaitMs }: HostTimes) {
  /** The end of the lease, which identifies it; undefined: the host is not free. */
  async function tryLease(host: string): Promise<string | undefined> {
    const { rows } = await sql<{ until: string }>`
      insert into news_hosts as known (host, next_request_at) values (${host}, clock_timestamp() + ${milliseconds(leaseMs)})
      on conflict (host) do update set next_request_at = excluded.next_request_at where known.next_request_at <= clock_timestamp()
      returning next_request_at::text as until`.execute(db);
    return rows[0]?.until;
  }
  async function waitOf(host: string): Promise<number> {
    const { rows } = await sql<{ ms: number }>`
      select (extract(epoch from next_request_at - clock_timestamp()) * 1000)::float8 as ms from news_hosts where host = ${host}`.execute(
      db,
    );
    return Math.max(0, rows[0]?.ms ?? 0);
  }
  /** Has no effect on the lease of another process, which got it because this one took too long. */
  async function release(host: string, until: string, pauseMs: number): Promise<void> {
    // The column has whole milliseconds.
    await sql`
      update news_hosts set next_request_at = clock_timestamp() + ${milliseconds(pauseMs === 0 ? 0 : pauseMs + 1)}
      where host = ${host} and next_request_at = ${until}::timestamptz`.execute(db);
  }
  return {
    delayMs,
    /** Waits until the host is free. @throws {FetchError} host_busy: that takes too long; the reason of the signal */
    async lease(host: string, signal: AbortSignal): Promise<HostLease> {
      for (let waitedMs = 0; ; ) {
        signal.throwIfAborted();
        const until = await tryLease(host);
        if (until !== undefined) return { release: (pauseMs) => release(host, until, pauseMs) };
        const waitMs = await waitOf(host);
        // More than a lease: a long delay of robots.txt, or a pause that the host requested.
        if (waitMs > leaseMs || waitedMs >= maxWaitMs) {
          throw new FetchError('host_busy', `the next request to ${host} is possible in ${Math.ceil(waitMs / 1000)} s`, {
            pauseMs: waitMs,
          });
        }
        // The lease of another request ends as soon as it has its response.
        const pollMs = Math.max(1, Math.ceil(Math.min(waitMs, delayMs / 4)));
        await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        waitedMs += pollMs;
      }
    },
  };
}
