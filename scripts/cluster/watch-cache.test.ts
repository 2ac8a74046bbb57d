import { describe, expect, test } from '@jest/globals';
import { createCluster } from './cluster.ts';
import type { KubeObject } from './objects.ts';
import { createFakeApi } from './testing/fake-api.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';
import { createWatchCache } from './watch-cache.ts';

const namespace = 'captions';
const pods = { apiVersion: 'v1', kind: 'Pod' };
const path = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`;
const pod = (name: string, resourceVersion: string, labels = { app: 'a' }): KubeObject => ({
  ...pods,
  metadata: { name, namespace, resourceVersion, labels },
});
const refused = (code: number, reason: string): ApiResponse => ({ status: code, text: JSON.stringify({ kind: 'Status', code, reason }) });
const { signal } = new AbortController();

/** `watch` answers in place of the API server's watches, unless it gives undefined. */
function scene(watch: (call: ApiRequest, signal?: AbortSignal) => Promise<ApiResponse> | undefined = () => undefined) {
  const clock = createVirtualClock();
  const { transport, objects } = createFakeApi();
  const calls: string[] = [];
  const counted: Transport = async (call, signal) => {
    if (call.path !== '/api/v1') calls.push(call.query?.watch === 'true' ? 'watch' : 'list');
    const answer = call.query?.watch === 'true' ? watch(call, signal) : undefined;
    return (await answer) ?? transport(call, signal);
  };
  const cluster = createCluster(counted, () => Promise.reject(new Error('no port-forward here')), clock);
  const mirror = createWatchCache(cluster);
  const look = async (fresh = false) => {
    const reader = mirror.reader(cluster, fresh);
    const found = await reader.list(pods, namespace, 'app=a');
    return { names: found.map(({ metadata }) => metadata.name), isFresh: reader.isFresh };
  };
  return { clock, objects, calls, mirror, look };
}

describe('A mirror', () => {
  test('lists once, then keeps the selected objects current by one watch', async () => {
    const { clock, objects, calls, mirror, look } = scene();
    objects.set(path('one'), pod('one', '1'));
    await clock.run(
      (async () => {
        expect(await look()).toEqual({ names: ['one'], isFresh: true });
        // Before the watch begins: it goes on from the list.
        objects.set(path('two'), pod('two', '2'));
        await look();
        objects.set(path('other'), pod('other', '3', { app: 'b' }));
        await mirror.waitForChange(700, signal);
        expect(await look()).toEqual({ names: ['one', 'two'], isFresh: false });
        objects.delete(path('one'));
        expect(await look()).toEqual({ names: ['two'], isFresh: false });
        expect(calls).toEqual(['list', 'watch']);
        mirror.close();
      })(),
    );
  });

  test('wakes who waits for a change', async () => {
    const { clock, objects, mirror, look } = scene();
    await clock.run(
      (async () => {
        await look();
        await look();
        const startMs = clock.ms();
        const waiting = mirror.waitForChange(60_000, signal);
        await clock.sleep(500);
        objects.set(path('one'), pod('one', '1'));
        await waiting;
        expect(clock.ms() - startMs).toBe(500);
        mirror.close();
      })(),
    );
  });

  test('asks the API server when a fresh look is wanted', async () => {
    const { clock, calls, mirror, look } = scene();
    await clock.run(
      (async () => {
        await look();
        await look();
        expect((await look(true)).isFresh).toBe(true);
        expect(calls).toEqual(['list', 'watch', 'list']);
        mirror.close();
      })(),
    );
  });

  test('reads again after 10 s what a silent watch may have missed', async () => {
    const { clock, objects, mirror, look } = scene(() => new Promise(() => {}));
    await clock.run(
      (async () => {
        await look();
        objects.set(path('one'), pod('one', '1'));
        await clock.sleep(9_000);
        expect(await look()).toEqual({ names: [], isFresh: false });
        await clock.sleep(1_100);
        expect(await look()).toEqual({ names: ['one'], isFresh: true });
        mirror.close();
      })(),
    );
  });

  test.each<[string, (call: ApiRequest) => Promise<ApiResponse>]>([
    ['is severed', () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
    ['is ended by the API server', () => Promise.resolve({ status: 200, text: '' })],
    ['is refused with 410', () => Promise.resolve(refused(410, 'Expired'))],
    [
      'reports an expired version',
      async ({ onLine }) => {
        onLine?.(JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } }));
        return { status: 200, text: '' };
      },
    ],
  ])('lists at every look for 10 s when a watch %s, then watches again', async (_, watch) => {
    const { clock, objects, calls, mirror, look } = scene(watch);
    await clock.run(
      (async () => {
        await look();
        await look();
        await clock.sleep(100);
        objects.set(path('one'), pod('one', '1'));
        expect(await look()).toEqual({ names: ['one'], isFresh: true });
        expect(await look()).toEqual({ names: ['one'], isFresh: true });
        expect(calls).toEqual(['list', 'watch', 'list', 'list']);
        await clock.sleep(9_950);
        await look();
        await look();
        expect(calls.slice(4)).toEqual(['watch']);
        mirror.close();
      })(),
    );
  });

  test('lists at every look, as long as it lives, for an account without the right to watch', async () => {
    const { clock, calls, mirror, look } = scene(() => Promise.resolve(refused(403, 'Forbidden')));
    await clock.run(
      (async () => {
        for (let second = 0; second < 30; second += 1) {
          await look();
          await clock.sleep(1000);
        }
        expect(calls.filter((call) => call === 'watch')).toEqual(['watch']);
        expect(calls.filter((call) => call === 'list')).toHaveLength(29);
        mirror.close();
      })(),
    );
  });
});
