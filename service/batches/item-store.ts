import { type Kysely, sql, type Transaction } from 'kysely';
import type * as z from 'zod';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { Chunk } from './chunks.ts';
import type { BatchItem, batchResult, ItemProblem } from './schema.ts';

/** The outcome of an item; `pending`: it failed for a transient reason and will be retried. */
export type ItemOutcome =
  | { readonly index: number; readonly state: 'succeeded'; readonly result: object }
  | { readonly index: number; readonly state: 'failed' | 'pending'; readonly result: ItemProblem };

export interface PendingItem {
  readonly index: number;
  readonly request: BatchItem;
  /** The error of the last attempt. */
  readonly result: ItemProblem | null;
}

/** The unfinished items of a chunk and their caller; undefined if there are none or the batch has ended. */
export async function pendingItems(db: Kysely<Tables>, { batch, from, to }: Chunk) {
  const { rows } = await sql<PendingItem & { readonly status: string; readonly caller: Caller }>`
    select index, request, result, status, case when row_number() over (order by index) = 1 then caller end as caller
    from batch_items join batches on batches.id = batch_id
    where batch_id = ${batch} and index between ${from} and ${to} and state = 'pending' and finished_at is null
    order by index`.execute(db);
  const [row] = rows;
  return row && { caller: row.caller, isFirst: row.status === 'queued', items: rows };
}

/** Marks a batch as running. */
export async function startBatch(db: Kysely<Tables>, batch: string): Promise<void> {
  await sql`update batches set status = 'running', started_at = now() where id = ${batch} and status = 'queued'`.execute(db);
}

/** Writes outcomes of unfinished items; finished ones are not changed. Returns the items that were written. */
export function outcomesStatement(batch: string, outcomes: readonly ItemOutcome[]) {
  // JSON in JSON, so that the database does not parse its strings: it would reject some of them.
  const given = outcomes.map(({ result, ...rest }) => ({ ...rest, result: JSON.stringify(result) }));
  // `any`: without statistics, the planner would compare every item of the batch with every outcome.
  return sql<{ index: number; state: ItemOutcome['state'] }>`
    update batch_items item set state = given.state, result = given.result::json
    from json_to_recordset(${JSON.stringify(given)}::json) as given (index integer, state text, result text)
    where batch_id = ${batch} and item.index = any(${outcomes.map(({ index }) => index)}::integer[]) and item.index = given.index
      and item.state = 'pending'
    returning item.index, item.state`;
}

/**
 * Must be the last statement of its transaction, because all workers of a batch wait for this row. The count is also the position of these
 * items in the order of results, which a trigger sets at the commit (0007-completion-order.ts).
 */
async function countOutcomes(trx: Transaction<Tables>, batch: string, succeeded: number, failed: number): Promise<void> {
  await sql`
    update batches set
      succeeded = succeeded + ${succeeded}, failed = failed + ${failed},
      status = case
        when status = 'cancelled' or succeeded + failed + ${succeeded + failed} < total then status
        when succeeded + ${succeeded} = 0 then 'failed'
        else 'done' end,
      finished_at = case when succeeded + failed + ${succeeded + failed} < total then finished_at else coalesce(finished_at, now()) end
    where id = ${batch}`.execute(trx);
}

/**
 * Writes the outcomes of unfinished items, what `bill` writes for these items, and the counts of the batch in one transaction. A second
 * outcome of an item has no effect.
 * @returns how many items finished
 */
export function storeOutcomes(
  db: Kysely<Tables>,
  batch: string,
  outcomes: readonly ItemOutcome[],
  bill: (trx: Transaction<Tables>, indexes: ReadonlySet<number>) => Promise<void>,
): Promise<{ readonly succeeded: number; readonly failed: number }> {
  return db.transaction().execute(async (trx) => {
    const { rows: written } = await outcomesStatement(batch, outcomes).execute(trx);
    await bill(trx, new Set(written.map(({ index }) => index)));
    const count = (wanted: ItemOutcome['state']) => written.filter(({ state }) => state === wanted).length;
    const ended = { succeeded: count('succeeded'), failed: count('failed') };
    if (ended.succeeded + ended.failed > 0) await countOutcomes(trx, batch, ended.succeeded, ended.failed);
    return ended;
  });
}

/** Results per query, so that memory use is constant. */
const page = 500;

type Result = z.input<typeof batchResult>;
type ResultRow =
  | { readonly index: number; readonly state: 'succeeded'; readonly result: Extract<Result, { status: 'succeeded' }>['result'] }
  | { readonly index: number; readonly state: 'failed'; readonly result: ItemProblem };

/** The position of a result; items that finished in one transaction have the same number. */
interface Position {
  readonly completion_order: number;
  readonly index: number;
}
const start: Position = { completion_order: -1, index: -1 };

async function* resultsFrom(db: Kysely<Tables>, batch: string, from: Position): AsyncGenerator<Result> {
  for (let last = from; ; ) {
    const { rows } = await sql<ResultRow & Position>`
      select index, completion_order, state, result from batch_items
      where batch_id = ${batch} and state <> 'pending'
        and (completion_order, index) > (${last.completion_order}::integer, ${last.index}::integer)
      order by completion_order, index limit ${page}`.execute(db);
    for (const { index, ...row } of rows) {
      yield row.state === 'succeeded' ? { index, status: row.state, result: row.result } : { index, status: row.state, error: row.result };
    }
    const end = rows.at(-1);
    if (end === undefined || rows.length < page) return;
    last = end;
  }
}

/**
 * The results of a batch after that of the item `after`, in the order in which the items finished; -1: all results. Results are never
 * inserted before others, so that a client that continues after its last result gets each result once.
 * @throws {Problem} invalid_request: the item `after` has no result
 */
export async function resultsAfter(db: Kysely<Tables>, batch: string, after: number): Promise<AsyncIterable<Result>> {
  if (after === -1) return resultsFrom(db, batch, start);
  const { rows } = await sql<Position>`
    select index, completion_order from batch_items
    where batch_id = ${batch} and index = ${after} and completion_order is not null and state <> 'pending'`.execute(db);
  const [position] = rows;
  if (position === undefined) {
    const errors = [{ pointer: '/after', message: `Item ${after} has no result: send the index of the last line that you read` }];
    throw new Problem('invalid_request', { detail: 'The results cannot be continued from this item.', errors });
  }
  return resultsFrom(db, batch, position);
}
