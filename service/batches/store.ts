import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type Caller, isAdmin, ownerOf } from '../http/caller.ts';
import { cursorNotFound } from '../http/pagination.ts';
import { Problem } from '../http/problem.ts';
import type { BatchItem, BatchResponse } from './schema.ts';

interface BatchRow {
  readonly id: string;
  readonly status: BatchResponse['status'];
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

const columns = sql.raw('id, status, total, succeeded, failed, created_at, started_at, finished_at');
/** Items per insert statement, which must finish well within the statement timeout. */
const insertAtOnce = 1000;

/** JSON in JSON, so that the database does not parse its strings: it would reject some of them. */
const texts = (values: readonly object[]) => JSON.stringify(values.map((value) => JSON.stringify(value)));

/** Administrators see every batch, other callers their own. */
const visibleTo = (caller: Caller) => (isAdmin(caller) ? sql`true` : sql`owner = ${ownerOf(caller)}`);

const asResponse = ({ created_at, started_at, finished_at, ...row }: BatchRow): BatchResponse => ({
  ...row,
  created_at: created_at.toISOString(),
  started_at: started_at?.toISOString() ?? null,
  finished_at: finished_at?.toISOString() ?? null,
});
const first = ([row]: readonly BatchRow[]) => row && asResponse(row);

/** Unfinished items of the caller's batches. */
export async function countUnfinishedItems(db: Kysely<Tables>, caller: Caller): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select coalesce(sum(total - succeeded - failed), 0)::integer as waiting
    from batches where owner = ${ownerOf(caller)} and finished_at is null`.execute(db);
  return rows[0]?.waiting ?? 0;
}

/** Stores a batch and its items. */
export async function insertBatch(db: Kysely<Tables>, id: string, caller: Caller, items: readonly BatchItem[]): Promise<BatchResponse> {
  const { rows } = await sql<BatchRow>`
    insert into batches (id, owner, caller, total) values (${id}, ${ownerOf(caller)}, ${JSON.stringify(caller)}, ${items.length})
    returning ${columns}`.execute(db);
  for (let from = 0; from < items.length; from += insertAtOnce) {
    await sql`
      insert into batch_items (batch_id, index, request)
      select ${id}::uuid, ${from}::integer + place::integer - 1, request::json
      from json_array_elements_text(${texts(items.slice(from, from + insertAtOnce))}::json) with ordinality as item (request, place)`.execute(
      db,
    );
  }
  const [row] = rows;
  if (row === undefined) throw new Error('the database stored no batch');
  return asResponse(row);
}

interface Page {
  readonly limit: number;
  /** The last batch of the previous page. */
  readonly after?: string | undefined;
}

/**
 * Batches that the caller may see, the newest first.
 * @throws {Problem} invalid_request if the batch `after` does not exist
 */
export async function listBatches(db: Kysely<Tables>, caller: Caller, { limit, after }: Page): Promise<BatchResponse[]> {
  if (after !== undefined && (await findBatch(db, caller, after)) === undefined) throw cursorNotFound();
  const older = after === undefined ? sql`true` : sql`(created_at, id) < (select created_at, id from batches where id = ${after})`;
  const { rows } = await sql<BatchRow>`
    select ${columns} from batches where ${visibleTo(caller)} and ${older}
    order by created_at desc, id desc limit ${limit}`.execute(db);
  return rows.map(asResponse);
}

/** A batch that the caller may see. */
export async function findBatch(db: Kysely<Tables>, caller: Caller, id: string): Promise<BatchResponse | undefined> {
  const { rows } = await sql<BatchRow>`select ${columns} from batches where id = ${id} and ${visibleTo(caller)}`.execute(db);
  return first(rows);
}

/** Cancels a batch; one that has ended is not changed. */
export async function cancelBatch(db: Kysely<Tables>, caller: Caller, id: string): Promise<BatchResponse | undefined> {
  const { rows } = await sql<BatchRow>`
    update batches set status = 'cancelled', finished_at = now()
    where id = ${id} and ${visibleTo(caller)} and finished_at is null returning ${columns}`.execute(db);
  return first(rows) ?? findBatch(db, caller, id);
}

/** Items that one statement deletes at most; no batch has more. */
const maxDeletedItems = 10_000;

/**
 * Cancels the batches of a user, or of one key: a caller without a valid credential must not cause costs.
 * @param userId the owner of the key; null: it has no owner
 */
export async function cancelOwnerBatches(
  db: Kysely<Tables>,
  { userId, keyId }: { readonly userId: string | null; readonly keyId?: string },
) {
  const owner = userId === null ? `key:${keyId}` : `user:${userId}`;
  const submitted = keyId === undefined ? sql`true` : sql`caller->>'keyId' = ${keyId}`;
  await sql`
    update batches set status = 'cancelled', finished_at = now()
    where owner = ${owner} and ${submitted} and finished_at is null`.execute(db);
}

/** Deletes some of the batches that ended so many days ago. @returns how many */
export async function deleteExpiredBatches(db: Kysely<Tables>, days: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from batches where id in (
      select id from (
        select id, sum(total) over (order by finished_at, id) as items from (
          select id, total, finished_at from batches where finished_at < now() - ${days} * interval '1 day'
          order by finished_at, id limit 100) oldest) counted
      where items <= ${maxDeletedItems})`.execute(db);
  return Number(numAffectedRows);
}

/** Batches that the caller may not see are not found. */
export function requireBatch(batch: BatchResponse | undefined): BatchResponse {
  if (batch === undefined) throw new Problem('not_found', { detail: 'There is no such batch.' });
  return batch;
}
