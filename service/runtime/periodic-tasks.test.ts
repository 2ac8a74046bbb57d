import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '../testing/wait-until.ts';
import { type PeriodicTask, startPeriodicTasks } from './periodic-tasks.ts';

const failures: unknown[] = [];
const start = (rest: Partial<PeriodicTask>) =>
  startPeriodicTasks([{ name: 'x', intervalMs: 1, retryMs: 1, runImmediately: true, run: async () => {}, ...rest }], (error, { name }) =>
    failures.push([name, error]),
  );

describe('startPeriodicTasks', () => {
  test('reports a failed run and runs the task again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs < 3) throw new Error(`failure ${runs}`);
      resolve();
    };
    const stop = start({ run });
    await promise;
    await stop();
    expect(failures).toEqual([
      ['x', new Error('failure 1')],
      ['x', new Error('failure 2')],
    ]);
  });

  test('never runs a task twice at the same time, and waits for the current run when it stops', async () => {
    let running = 0;
    let ended = 0;
    const run = async () => {
      running += 1;
      expect(running).toBe(1);
      await sleep(5);
      running -= 1;
      ended += 1;
    };
    const stop = start({ run });
    await waitUntil(() => ended >= 2);
    await stop();
    const atTheEnd = ended;
    expect(running).toBe(0);
    await sleep(20);
    expect(ended).toBe(atTheEnd);
  });

  test('waits for the first interval unless the task runs immediately', async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
    };
    const stop = start({ runImmediately: false, intervalMs: 60_000, run });
    await sleep(5);
    await stop();
    expect(runs).toBe(0);
  });
});
