import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type ItemOutcome, resultsAfter, storeOutcomes } from '../../service/batches/item-store.ts';
import { insertBatch } from '../../service/batches/store.ts';
import { testCaller } from '../../service/testing/usage-events.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
let fresh: FreshDatabase | undefined;
const database = () => {
  if (fresh === undefined) throw new Error('no database');
  return fresh.database;
};
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

const ends = (index: number, state: 'failed' | 'pending' = 'failed'): ItemOutcome => ({
  index,
  state,
  result: { code: 'internal', detail: 'for the test' },
});
const item = { kind: 'query', query: 'q', execute: false, context: false } as const;
async function newBatch(total: number): Promise<string> {
  const id = randomUUID();
  await insertBatch(
    database().db,
    id,
    testCaller(),
    Array.from({ length: total }, () => item),
  );
  return id;
}
async function indexesAfter(id: string, after = -1) {
  return (await Array.fromAsync(await resultsAfter(database().db, id, after))).map(({ index }) => index);
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

withServers('results of concurrent workers', () => {
  test('are in the order of commits, not of transaction starts', async () => {
    const id = await newBatch(3);
    const [started, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = storeOutcomes(database().db, id, [ends(0)], () => {
      started.resolve();
      return end.promise;
    });
    await started.promise;
    await storeOutcomes(database().db, id, [ends(2)], async () => {});
    expect(await indexesAfter(id)).toEqual([2]);
    end.resolve();
    await slow;
    expect(await indexesAfter(id, 2)).toEqual([0]);
  });

  test('are each received once by a polling reader, including items that are retried or completed twice', async () => {
    const total = 60;
    /** Transactions of a worker: the items, whether they are retried, and the duration in milliseconds. */
    const write = fc.record({
      indexes: fc.uniqueArray(fc.nat(total - 1), { minLength: 1, maxLength: 8 }),
      tried: fc.boolean(),
      ms: fc.nat(8),
    });
    const workers = fc.array(fc.array(write, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(workers, async (all) => {
        const id = await newBatch(total);
        const seen: number[] = [];
        const poll = async () => void seen.push(...(await indexesAfter(id, seen.at(-1) ?? -1)));
        const working = all.map(async (writes) => {
          for (const { indexes, tried, ms } of writes) {
            // In one order, as in chunks: no two transactions can deadlock.
            const outcomes = indexes.toSorted((a, b) => a - b).map((index) => ends(index, tried ? 'pending' : 'failed'));
            await storeOutcomes(database().db, id, outcomes, async () => void (await sleep(ms)));
          }
        });
        let over = false;
        const done = Promise.all(working).finally(() => {
          over = true;
        });
        while (!over) await poll();
        await done;
        for (const index of upTo(total)) await storeOutcomes(database().db, id, [ends(index)], async () => {});
        await poll();
        expect(seen.toSorted((a, b) => a - b)).toEqual(upTo(total));
        expect(await indexesAfter(id)).toEqual(seen);
      }),
      { numRuns: 15 },
    );
  });
});

/** Drops the tables and functions whose names start with `prefix`. */
async function dropAll(prefix: string): Promise<void> {
  const { db } = database();
  const { rows } = await sql<{ kind: string; name: string }>`
    select 'table' as kind, tablename as name from pg_tables where schemaname = current_schema() and starts_with(tablename, ${prefix})
    union all select 'function', proname from pg_proc where pronamespace = current_schema()::regnamespace and starts_with(proname, ${prefix})`.execute(
    db,
  );
  for (const { kind, name } of rows) await sql`drop ${sql.raw(kind)} ${sql.id(name)} cascade`.execute(db);
}

/** Reverts the migration and later ones. */
async function beforeMigration(): Promise<void> {
  const { db } = database();
  for (const prefix of ['news_', 'backups']) await dropAll(prefix);
  await sql`drop trigger batch_items_completion_order on batch_items`.execute(db);
  await sql`drop function set_completion_order`.execute(db);
  await sql`alter table batch_items drop column completion_order`.execute(db);
  await sql`alter table sessions drop column cookie_hash, drop column key_hash`.execute(db);
  await sql`delete from kysely_migration where name >= '0007'`.execute(db);
}

withServers('migration 0007', () => {
  test('runs while the previous release submits and ends items without an error, and orders those items', async () => {
    await beforeMigration();
    const { db } = database();
    let over = false;
    /** `insertBatch` and `settle` use no column of the migration, like the previous release. */
    const working = upTo(6).map(async (worker) => {
      const batches: string[] = [];
      for (let round = 0; !over || round < 3; round += 1) {
        const id = randomUUID();
        await db.transaction().execute((trx) => insertBatch(trx, id, testCaller(), [item, item, item]));
        for (const index of [2, 0]) await storeOutcomes(db, id, [ends(index)], async () => void (await sleep(worker)));
        batches.push(id);
      }
      return batches;
    });
    const done = Promise.all(working);
    await Promise.race([sleep(200), done]);
    expect(await database().migrate()).toContain('0007-completion-order');
    over = true;
    const batches = (await done).flat();
    const running = [...batches.slice(0, 5), ...batches.slice(-5)];
    for (const id of running) {
      const before = await indexesAfter(id);
      expect(before.toSorted()).toEqual([0, 2]);
      await storeOutcomes(db, id, [ends(1)], async () => {});
      expect(await indexesAfter(id, before[1])).toEqual([1]);
    }
  });
});
