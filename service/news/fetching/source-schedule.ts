import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { SourceRow } from './fetch-rows.ts';
import type { Validators } from './news-client.ts';

const minuteMs = 60_000;
const longestBackoffMs = 24 * 60 * minuteMs;

/** Milliseconds to the next fetch: the interval, doubled with each failure in a row up to a day, and at least what the host requested. */
export function nextFetchMs(intervalMinutes: number, failures: number, pauseMs = 0): number {
  const interval = intervalMinutes * minuteMs;
  const backoff = failures === 0 ? interval : Math.max(interval, Math.min(longestBackoffMs, interval * 2 ** Math.min(failures, 20)));
  return Math.max(backoff, pauseMs);
}

interface SourceState {
  /** Failed fetches in a row. */
  readonly failures: number;
  readonly nextMs: number;
  /** Of the response; undefined: those of the previous one remain. */
  readonly validators?: Validators;
}

const ifShort = (text: string | null, length: number) => (text !== null && text.length <= length ? text : null);

/** Schedules the next fetch of a source, unless its URL was changed during this one: then it is due already. */
export async function scheduleNext(
  trx: Transaction<Tables>,
  { id, url }: SourceRow,
  { failures, nextMs, validators }: SourceState,
): Promise<void> {
  await trx
    .updateTable('news_sources')
    .set({
      failures,
      next_fetch_at: sql<Date | null>`case when is_active then clock_timestamp() + make_interval(secs => ${nextMs / 1000}::float8) end`,
      ...(validators !== undefined && { etag: ifShort(validators.etag, 500), last_modified: ifShort(validators.lastModified, 100) }),
    })
    .where('id', '=', id)
    .where('url', '=', url)
    .execute();
}

/** Sources that are due, without those of which a fetch is unfinished; locked, so that one process queues their fetches. */
export async function dueSources(trx: Transaction<Tables>, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from news_sources source
    where is_active and next_fetch_at <= now()
      and not exists (select from news_fetches where source_id = source.id and finished_at is null)
    order by next_fetch_at limit ${limit} for update skip locked`.execute(trx);
  return rows.map(({ id }) => id);
}
