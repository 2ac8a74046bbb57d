import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { resultsAfter } from '../../batches/item-store.ts';
import { emptyDatabase } from '../../testing/database-image.ts';
import type { Tables } from '../tables.ts';
import { up as createBatches } from './0004-batches.ts';
import { up as orderCompletions } from './0007-completion-order.ts';

const { pool, close } = await emptyDatabase();
const dialect = new PostgresDialect({ pool });
const db = new Kysely<Tables>({ dialect });
const schema = new Kysely<unknown>({ dialect });
const [running, cancelled] = [randomUUID(), randomUUID()];

/** The statements of the previous release that end an item. */
const endAsPreviousRelease = (batch: string, index: number) =>
  db.transaction().execute(async (trx) => {
    await sql`update batch_items set state = 'failed', result = '{"code": "internal", "detail": "x"}'
      where batch_id = ${batch} and index = ${index}`.execute(trx);
    await sql`update batches set failed = failed + 1 where id = ${batch}`.execute(trx);
  });

async function indexesAfter(batch: string, after: number) {
  const results = await resultsAfter(db, batch, after);
  return (await Array.fromAsync(results)).map(({ index }) => index);
}

beforeAll(async () => {
  await createBatches(schema);
  for (const [id, status] of [
    [running, 'running'],
    [cancelled, 'cancelled'],
  ]) {
    await sql`insert into batches (id, owner, caller, status, total, finished_at)
      values (${id}, 'key:1', '{}', ${status}, 6, case when ${status} = 'cancelled' then now() end)`.execute(db);
    await sql`insert into batch_items (batch_id, index, request) select ${id}::uuid, n, '{}' from generate_series(0, 5) n`.execute(db);
  }
  for (const index of [4, 1]) await endAsPreviousRelease(running, index);
  await endAsPreviousRelease(cancelled, 3);
  await orderCompletions(schema);
});
afterAll(close);

test('items that ended before the migration come first by index, then those that the previous release ends', async () => {
  expect(await indexesAfter(running, -1)).toEqual([1, 4]);
  for (const index of [5, 0, 3]) await endAsPreviousRelease(running, index);
  expect(await indexesAfter(running, -1)).toEqual([1, 4, 5, 0, 3]);
  expect(await indexesAfter(running, 4)).toEqual([5, 0, 3]);
  await endAsPreviousRelease(running, 2);
  expect(await indexesAfter(running, 3)).toEqual([2]);
});

test('an item of a cancelled batch that was in progress during the migration comes after those that had ended', async () => {
  await endAsPreviousRelease(cancelled, 0);
  expect(await indexesAfter(cancelled, 3)).toEqual([0]);
  expect(await indexesAfter(cancelled, 0)).toEqual([]);
});
