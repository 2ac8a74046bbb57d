import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../telemetry/log.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { type PeriodicTask, startPeriodicTasks } from './periodic-tasks.ts';

const lines: string[] = [];
const log = createLogger('warn', { write: (line) => void lines.push(line) });
const chore = (rest: Partial<PeriodicTask>): PeriodicTask => ({
  name: 'x',
  intervalMs: 1,
  retryMs: 1,
  runImmediately: true,
  run: async () => {},
  ...rest,
});

describe('Chores', () => {
  test('go on after a failure, which is logged', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      if (runs < 3) throw new Error(`failure ${runs}`);
      resolve();
    };
    const end = startPeriodicTasks([chore({ run: work })], log);
    await promise;
    await end();
    expect(lines.filter((line) => line.includes('A chore failed'))).toHaveLength(2);
  });

  test('run one at a time, and end when the last run has', async () => {
    let running = 0;
    let ended = 0;
    const work = async () => {
      running += 1;
      expect(running).toBe(1);
      await sleep(5);
      running -= 1;
      ended += 1;
    };
    const end = startPeriodicTasks([chore({ run: work })], log);
    await waitUntil(() => ended >= 2);
    await end();
    const atTheEnd = ended;
    expect(running).toBe(0);
    await sleep(20);
    expect(ended).toBe(atTheEnd);
  });

  test('wait for their time unless they are done at once', async () => {
    let runs = 0;
    const work = async () => {
      runs += 1;
    };
    const end = startPeriodicTasks([chore({ runImmediately: false, intervalMs: 60_000, run: work })], log);
    await sleep(5);
    await end();
    expect(runs).toBe(0);
  });
});
