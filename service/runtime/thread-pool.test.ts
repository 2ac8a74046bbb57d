import { expect, test } from '@jest/globals';
import { waitUntil } from '../testing/wait-until.ts';
import { createThreadPool } from './thread-pool.ts';

/** A program that returns the number of its thread. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent("import { parentPort, threadId } from 'node:worker_threads'; parentPort.on('message', () => parentPort.postMessage(threadId));")}`,
);
const options = { name: 'test', program, memory: {}, concurrency: 1, queue: 1, timeoutMs: 60_000 };

test('a pool keeps its thread for the next task', async () => {
  const pool = createThreadPool<null, number>(options);
  expect(await pool.run(null)).toBe(await pool.run(null));
  await pool.close();
});

test('a pool with idleMs ends a thread that has been idle for so long, and starts another for the next task', async () => {
  const pool = createThreadPool<null, number>({ ...options, idleMs: 1 });
  const first = await pool.run(null);
  await waitUntil(async () => (await pool.run(null)) !== first);
  await pool.close();
});
