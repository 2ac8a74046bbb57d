import { type Kysely, type Selectable, sql } from 'kysely';
import { type ExportError, exportErrors, maxPendingExports } from '../../../contract/news-exports.ts';
import type { Tables } from '../../database/tables.ts';
import { type Caller, isAdmin, ownerOf } from '../../http/caller.ts';
import { cursorNotFound } from '../../http/pagination.ts';
import { Problem } from '../../http/problem.ts';
import { articleFilters } from '../filters.ts';
import type { ExportRequest, ExportResponse } from './schema.ts';

export type ExportRow = Selectable<Tables['news_exports']>;

/** What callers see; `link` is added to a single export. */
export function toResponse({ owner: _, storage_key: __, state, bytes, error, filters, ...row }: ExportRow): ExportResponse {
  if (state === 'deleted') throw new Error('a deleted export is not listed');
  return {
    ...row,
    state,
    filters: articleFilters.parse(filters),
    bytes: bytes === null ? null : Number(bytes),
    error: state === 'failed' && error !== null ? { code: error, detail: exportErrors[error] } : null,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    link: null,
  };
}

const pendingStates = ['queued', 'running'] as const;

/**
 * Stores an export in a transaction, which the caller commits with its job.
 * @throws {Problem} rate_limited if the caller has too many that are not finished
 */
export async function insertExport(trx: Kysely<Tables>, caller: Caller, request: ExportRequest): Promise<ExportRow> {
  const owner = ownerOf(caller);
  // Requests of one owner count one after the other.
  await sql`select pg_advisory_xact_lock(hashtext('news_exports'), hashtext(${owner}))`.execute(trx);
  const { pending } = await trx
    .selectFrom('news_exports')
    .select(({ fn }) => fn.countAll<string>().as('pending'))
    .where('owner', '=', owner)
    .where('state', 'in', pendingStates)
    .executeTakeFirstOrThrow();
  if (Number(pending) >= maxPendingExports) {
    const detail = `${maxPendingExports} of your exports are not finished: wait, or delete one.`;
    throw new Problem('rate_limited', { detail, headers: { 'Retry-After': '10' } });
  }
  const { filters, ...rest } = request;
  return trx
    .insertInto('news_exports')
    .values({ ...rest, owner, filters: JSON.stringify(filters) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

const visible = (db: Kysely<Tables>, caller: Caller) =>
  db
    .selectFrom('news_exports')
    .selectAll()
    .$if(!isAdmin(caller), (query) => query.where('owner', '=', ownerOf(caller)));

/** An export that the caller may see, also one that was deleted. */
const findAny = (db: Kysely<Tables>, caller: Caller, id: string) => visible(db, caller).where('id', '=', id).executeTakeFirst();

interface Page {
  readonly limit: number;
  /** The last export of the previous page. */
  readonly after?: string | undefined;
}

/**
 * Exports that the caller may see, the newest first.
 * @throws {Problem} invalid_request if the export `after` does not exist
 */
export async function listExports(db: Kysely<Tables>, caller: Caller, { limit, after }: Page): Promise<readonly ExportRow[]> {
  const last = after === undefined ? undefined : await findAny(db, caller, after);
  if (after !== undefined && last === undefined) throw cursorNotFound();
  return visible(db, caller)
    .where('state', '<>', 'deleted')
    .$if(last !== undefined, (query) => query.where(sql<boolean>`(created_at, id) < (${last?.created_at}::timestamptz, ${last?.id}::uuid)`))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** @throws {Problem} not_found if the caller may not see it */
export async function requireExport(db: Kysely<Tables>, caller: Caller, id: string): Promise<ExportRow> {
  const row = await findAny(db, caller, id);
  if (row === undefined) throw new Problem('not_found', { detail: 'There is no such export.' });
  return row;
}

/** An export by its id, for a link whose signature was verified. */
export const findExport = (db: Kysely<Tables>, id: string): Promise<ExportRow | undefined> =>
  db.selectFrom('news_exports').selectAll().where('id', '=', id).executeTakeFirst();

/** Marks an export as deleted, so that links to it return 410. */
export const markDeleted = (db: Kysely<Tables>, id: string) =>
  db.updateTable('news_exports').set({ state: 'deleted', storage_key: null }).where('id', '=', id).execute();

/** Starts an attempt; undefined if the export was deleted or has finished. */
export const startAttempt = (db: Kysely<Tables>, id: string): Promise<ExportRow | undefined> =>
  db
    .updateTable('news_exports')
    .set({ state: 'running', started_at: sql`now()` })
    .where('id', '=', id)
    .where('state', 'in', pendingStates)
    .returningAll()
    .executeTakeFirst();

export async function isPending(db: Kysely<Tables>, id: string): Promise<boolean> {
  const row = await db.selectFrom('news_exports').select('id').where('id', '=', id).where('state', 'in', pendingStates).executeTakeFirst();
  return row !== undefined;
}

interface Written {
  readonly storage_key: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly retentionDays: number;
}

/** @returns whether the export still waited for its file */
export async function finishExport(db: Kysely<Tables>, id: string, { retentionDays, ...written }: Written): Promise<boolean> {
  const row = await db
    .updateTable('news_exports')
    .set({
      ...written,
      state: 'succeeded',
      error: null,
      finished_at: sql`now()`,
      expires_at: sql`now() + ${retentionDays} * interval '1 day'`,
    })
    .where('id', '=', id)
    .where('state', 'in', pendingStates)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Records why an attempt failed; the next one may succeed. */
export const recordError = (db: Kysely<Tables>, id: string, error: ExportError) =>
  db.updateTable('news_exports').set({ error, state: 'queued' }).where('id', '=', id).where('state', 'in', pendingStates).execute();

/** Ends an export for good, with the error of its last attempt. */
export const failExport = (db: Kysely<Tables>, id: string, error?: ExportError) =>
  db
    .updateTable('news_exports')
    .set(({ fn, val, ref }) => ({
      state: 'failed',
      error: error ?? fn.coalesce(ref('error'), val<ExportError>('internal')),
      finished_at: sql`now()`,
    }))
    .where('id', '=', id)
    .where('state', 'in', pendingStates)
    .returning('kind')
    .executeTakeFirst();

/** Some exports whose files have to be deleted. */
export const expiredExports = (db: Kysely<Tables>): Promise<readonly ExportRow[]> =>
  db
    .selectFrom('news_exports')
    .selectAll()
    .where('expires_at', '<', sql<Date>`now()`)
    .where('state', '=', 'succeeded')
    .orderBy('expires_at')
    .limit(100)
    .execute();

export const markExpired = (db: Kysely<Tables>, id: string) =>
  db
    .updateTable('news_exports')
    .set({ state: 'expired', storage_key: null })
    .where('id', '=', id)
    .where('state', '=', 'succeeded')
    .execute();

/** Deletes exports that ended so long ago that their links have expired too. @returns how many */
export async function deleteOldExports(db: Kysely<Tables>, retentionDays: number): Promise<number> {
  const old = db
    .selectFrom('news_exports')
    .select('id')
    .where('created_at', '<', sql<Date>`now() - ${2 * retentionDays} * interval '1 day'`)
    .where('state', 'not in', [...pendingStates, 'succeeded'])
    .limit(1000);
  const { numDeletedRows } = await db.deleteFrom('news_exports').where('id', 'in', old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Which of these files belong to an export. */
export async function referencedKeys(db: Kysely<Tables>, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('news_exports')
    .select('storage_key')
    .where('storage_key', 'in', [...keys])
    .execute();
  return new Set(rows.flatMap(({ storage_key }) => storage_key ?? []));
}
