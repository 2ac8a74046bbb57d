import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { FetchOutcome, FetchReason } from '../../../contract/news.ts';
import type { Tables } from '../../database/tables.ts';

export type FetchRow = Selectable<Tables['news_fetches']>;
export type SourceRow = Selectable<Tables['news_sources']>;

/** One attempt of a fetch. `startedAt` identifies it: a later attempt, after missed heartbeats, sets another time. */
export interface Attempt {
  readonly fetchId: string;
  readonly startedAt: Date;
  readonly source: SourceRow;
}

export interface FetchResult {
  readonly outcome: FetchOutcome;
  readonly reason?: FetchReason;
  readonly detail?: string | undefined;
  readonly http_status?: number | undefined;
  readonly bytes?: number;
  readonly found?: number;
  readonly added?: number;
  readonly updated?: number;
  readonly duplicates?: number;
}

/** Adds a fetch of the source, unless one is unfinished, which is returned then. */
export async function insertFetch(
  trx: Transaction<Tables>,
  sourceId: string,
  cause: FetchRow['cause'],
  requestedBy: string | null,
): Promise<{ readonly fetch: FetchRow; readonly isNew: boolean }> {
  for (;;) {
    const inserted = await trx
      .insertInto('news_fetches')
      .values({ source_id: sourceId, cause, requested_by: requestedBy })
      .onConflict((conflict) => conflict.column('source_id').where('finished_at', 'is', null).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return { fetch: inserted, isNew: true };
    const unfinished = await trx
      .selectFrom('news_fetches')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('finished_at', 'is', null)
      .executeTakeFirst();
    // It may have finished between the two statements.
    if (unfinished !== undefined) return { fetch: unfinished, isNew: false };
  }
}

/** Starts an attempt; undefined if the fetch is finished, or was deleted with its source. */
export async function startAttempt(db: Kysely<Tables>, fetchId: string): Promise<Attempt | undefined> {
  const started = await db
    .updateTable('news_fetches')
    // It identifies the attempt: never the same as that of an earlier one, also within a millisecond or after a clock was set back.
    .set({ started_at: sql<Date>`greatest(clock_timestamp(), started_at + interval '1 millisecond')` })
    .where('id', '=', fetchId)
    .where('finished_at', 'is', null)
    .returning(['source_id', 'started_at'])
    .executeTakeFirst();
  if (started === undefined || started.started_at === null) return undefined;
  const source = await db.selectFrom('news_sources').selectAll().where('id', '=', started.source_id).executeTakeFirst();
  return source && { fetchId, startedAt: started.started_at, source };
}

/** Locks the fetch of an attempt; false if another attempt replaced it, or the fetch is finished. */
export async function isCurrent(trx: Transaction<Tables>, { fetchId, startedAt }: Attempt): Promise<boolean> {
  const row = await trx
    .selectFrom('news_fetches')
    .select('id')
    .where('id', '=', fetchId)
    .where('finished_at', 'is', null)
    .where('started_at', '=', startedAt)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

export async function finishFetch(trx: Transaction<Tables>, fetchId: string, { detail, ...result }: FetchResult): Promise<void> {
  await trx
    .updateTable('news_fetches')
    .set({ ...result, detail: detail?.slice(0, 500) ?? null, finished_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', fetchId)
    .execute();
}

/** Unfinished fetches that should have ended long ago: their jobs may be lost, so they are sent again. */
export async function lostFetches(trx: Transaction<Tables>): Promise<readonly Pick<FetchRow, 'id' | 'source_id'>[]> {
  return trx
    .selectFrom('news_fetches')
    .select(['id', 'source_id'])
    .where('finished_at', 'is', null)
    .where(sql<boolean>`coalesce(started_at, queued_at) < now() - interval '1 hour'`)
    .execute();
}
