import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../telemetry/log.ts';
import { testDatabase, testSqlExecutor } from '../testing/database.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { queueDefinitions } from './job-queues.ts';
import { createJobQueues, type Queue } from './queue.ts';

interface Item {
  readonly item: number;
}
const log = createLogger('silent', { write: () => {} });
const opened: Queue<Item>[] = [];
const open = () => {
  // Polls never happen within a test.
  const queue = createJobQueues(testDatabase, testSqlExecutor, log, { supervise: false, pollSeconds: 3600 }).open<Item>(
    queueDefinitions.batchChunks,
  );
  opened.push(queue);
  return queue;
};
const send = (queue: Queue<Item>, ...items: readonly number[]) =>
  testDatabase.transaction().execute((trx) =>
    queue.send(
      trx,
      items.map((item) => ({ data: { item }, dueSeconds: item })),
    ),
  );
function work(queue: Queue<Item>) {
  const done: number[] = [];
  const handle = async ({ item }: Item) => {
    done.push(item);
    return true;
  };
  return { done, started: queue.work({ work: handle, onDeadLetter: async () => {} }, 1) };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.stop(1)));
});
afterAll(() => testDatabase.destroy());

test('A queue reports its jobs by state, and the age of the oldest that waits', async () => {
  const queue = open();
  await queue.open();
  expect(await queue.measure()).toEqual({ depth: { waiting: 0, active: 0, dead_letter: 0 }, oldestSeconds: 0 });
  await send(queue, 1, 2);
  await sql`update pgboss.job set created_on = now() - interval '1 hour' where data->>'item' = '2'`.execute(testDatabase);
  const { depth, oldestSeconds } = await queue.measure();
  expect(depth).toEqual({ waiting: 2, active: 0, dead_letter: 0 });
  expect(Math.round(oldestSeconds / 3600)).toBe(1);
  const { done, started } = work(queue);
  await started;
  await waitUntil(() => done.length === 2);
  await waitUntil(async () => (await queue.measure()).oldestSeconds === 0);
});

describe('A worker of the queue', () => {
  test('fetches the next job at once while jobs wait, in the order in which they are due', async () => {
    const queue = open();
    await queue.open();
    await send(queue, 3, 1, 2);
    const { done, started } = work(queue);
    await started;
    await waitUntil(() => done.length === 3);
    expect(done).toEqual([1, 2, 3]);
  });

  test('that waits for jobs fetches those of its own process at once', async () => {
    const queue = open();
    const { done, started } = work(queue);
    await started;
    for (const item of [1, 2]) {
      await send(queue, item);
      queue.wake();
      await waitUntil(() => done.length === item);
    }
  });
});
