import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { testDatabase as db } from '../../testing/database.ts';
import { createHosts, findRobots, type HostTimes, storeRobots } from './hosts.ts';

const { signal } = new AbortController();
const times: HostTimes = { delayMs: 40, leaseMs: 60_000, maxWaitMs: 60_000 };
const newHost = () => `${randomUUID()}.test`;
afterAll(() => db.destroy());

describe('The lease of a host', () => {
  test('is held by one request at a time, and each waits for the delay after the one before', async () => {
    const [host, hosts] = [newHost(), createHosts(db, times)];
    const [started, ended]: [number[], number[]] = [[], []];
    let running = 0;
    const request = async () => {
      const lease = await hosts.lease(host, signal);
      started.push(Date.now());
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      ended.push(Date.now());
      await lease.release(times.delayMs);
    };
    await Promise.all(Array.from({ length: 5 }, request));
    expect(started.slice(1).filter((at, index) => at - (ended[index] ?? 0) < times.delayMs)).toEqual([]);
  });

  test('ends with its time if the process that holds it crashed, whose release then has no effect', async () => {
    const host = newHost();
    const crashed = await createHosts(db, { ...times, leaseMs: 50 }).lease(host, signal);
    const next = await createHosts(db, times).lease(host, signal);
    await crashed.release(0);
    await expect(createHosts(db, { ...times, maxWaitMs: 50 }).lease(host, signal)).rejects.toMatchObject({ reason: 'host_busy' });
    await next.release(0);
    await (await createHosts(db, times).lease(host, signal)).release(0);
  });

  test('is not waited for if the host requested a longer pause', async () => {
    const [host, hosts] = [newHost(), createHosts(db, times)];
    await (await hosts.lease(host, signal)).release(3_600_000);
    await expect(hosts.lease(host, signal)).rejects.toMatchObject({ reason: 'host_busy', pauseMs: expect.closeTo(3_600_000, -5) });
  });

  test('is no longer waited for when the signal aborts', async () => {
    const [host, hosts, controller] = [newHost(), createHosts(db, times), new AbortController()];
    await hosts.lease(host, signal);
    const waiting = hosts.lease(host, controller.signal);
    const gone = new Error('gone');
    controller.abort(gone);
    await expect(waiting).rejects.toBe(gone);
  });
});

test('The robots.txt of a host is undefined until it was read, and has an age then', async () => {
  const host = newHost();
  await (await createHosts(db, times).lease(host, signal)).release(0);
  expect(await findRobots(db, host)).toBeUndefined();
  await storeRobots(db, host, { status: 200, text: 'User-agent: *' });
  expect(await findRobots(db, host)).toEqual({ status: 200, text: 'User-agent: *', ageMs: expect.any(Number) });
});
