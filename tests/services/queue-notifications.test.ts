import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { queueDefinitions } from '../../service/database/job-queues.ts';
import { createJobQueues } from '../../service/database/queue.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { testSettings } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const log = createLogger('silent', { write: () => {} });
let fresh: FreshDatabase;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

/** A queue over connections of its own, as in a process of its own; within a test it never polls. */
async function openProcess(supervise: boolean) {
  const database = await openDatabase(testSettings({ DATABASE_URL: fresh.url }), log);
  const queue = createJobQueues(database.db, database.sqlExecutor, log, { supervise, pollSeconds: 3600 }).open<{ item: number }>(
    queueDefinitions.batchChunks,
  );
  closing.push(
    () => database.close(),
    () => queue.stop(1),
  );
  return { database, queue };
}
const listeners = (database: Database) =>
  sql<{ pid: number }>`select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'`.execute(database.db);

withServers('A worker that never polls', () => {
  test('processes jobs that another process sends, also after its connection for notifications was lost', async () => {
    const [worker, sender] = [await openProcess(true), await openProcess(false)];
    const done: number[] = [];
    const work = async ({ item }: { item: number }) => {
      done.push(item);
      return true;
    };
    await worker.queue.work({ work, onDeadLetter: async () => {} }, 1);
    await sender.queue.open();
    const send = (item: number) =>
      sender.database.db.transaction().execute((trx) => sender.queue.send(trx, [{ data: { item }, dueSeconds: item }]));
    await send(1);
    await waitUntil(() => done.length === 1);

    const { rows } = await listeners(sender.database);
    expect(rows).toHaveLength(1);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(sender.database.db);
    await send(2);
    await waitUntil(() => done.length === 2);
    await send(3);
    await waitUntil(() => done.length === 3);
    expect(done).toEqual([1, 2, 3]);
  });
});
