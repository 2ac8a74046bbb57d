import { describe, expect, test } from '@jest/globals';
import { createCluster } from './create-cluster.ts';
import type { KubeObject } from './objects.ts';
import { createFakeApi } from './testing/fake-api.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';
import { WatchCache } from './watch-cache.ts';

const namespace = 'captions';
const pods = { apiVersion: 'v1', kind: 'Pod' };
const path = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`;
const pod = (name: string, resourceVersion: string, labels = { app: 'a' }): KubeObject => ({
  ...pods,
  metadata: { name, namespace, resourceVersion, labels },
});
const errorResponse = (code: number, reason: string): ApiResponse => ({
  status: code,
  text: JSON.stringify({ kind: 'Status', code, reason }),
});
const { signal } = new AbortController();

/** `watch` replaces the watches of the fake API server, unless it returns undefined. */
function setUp(watch: (call: ApiRequest, signal?: AbortSignal) => Promise<ApiResponse> | undefined = () => undefined) {
  const clock = createVirtualClock();
  const { transport, objects } = createFakeApi();
  const calls: string[] = [];
  const counted: Transport = async (call, signal) => {
    if (call.path !== '/api/v1') calls.push(call.query?.watch === 'true' ? 'watch' : 'list');
    const response = call.query?.watch === 'true' ? watch(call, signal) : undefined;
    return (await response) ?? transport(call, signal);
  };
  const cluster = createCluster(counted, () => Promise.reject(new Error('no port-forward in this test')), clock);
  const cache = new WatchCache(cluster);
  const read = async (fresh = false) => {
    const reader = cache.reader(cluster, fresh);
    const found = await reader.list(pods, namespace, 'app=a');
    return { names: found.map(({ metadata }) => metadata.name), isFresh: reader.isFresh };
  };
  return { clock, objects, calls, cache, read };
}

describe('WatchCache', () => {
  test('lists once, then keeps the selected objects current with one watch', async () => {
    const { clock, objects, calls, cache, read } = setUp();
    objects.set(path('one'), pod('one', '1'));
    await clock.run(
      (async () => {
        expect(await read()).toEqual({ names: ['one'], isFresh: true });
        // A change before the watch starts: the watch continues from the list.
        objects.set(path('two'), pod('two', '2'));
        await read();
        objects.set(path('other'), pod('other', '3', { app: 'b' }));
        await cache.waitForChange(700, signal);
        expect(await read()).toEqual({ names: ['one', 'two'], isFresh: false });
        objects.delete(path('one'));
        expect(await read()).toEqual({ names: ['two'], isFresh: false });
        expect(calls).toEqual(['list', 'watch']);
        cache.close();
      })(),
    );
  });

  test('waitForChange returns at the first change', async () => {
    const { clock, objects, cache, read } = setUp();
    await clock.run(
      (async () => {
        await read();
        await read();
        const startMs = clock.ms();
        const waiting = cache.waitForChange(60_000, signal);
        await clock.sleep(500);
        objects.set(path('one'), pod('one', '1'));
        await waiting;
        expect(clock.ms() - startMs).toBe(500);
        cache.close();
      })(),
    );
  });

  test('lists for a fresh reader, and keeps the watch', async () => {
    const { clock, calls, cache, read } = setUp();
    await clock.run(
      (async () => {
        await read();
        await read();
        expect((await read(true)).isFresh).toBe(true);
        expect((await read()).isFresh).toBe(false);
        expect(calls).toEqual(['list', 'watch', 'list']);
        cache.close();
      })(),
    );
  });

  test('lists again after 10 s of silence, and restarts a watch that has missed a change', async () => {
    const { clock, objects, calls, cache, read } = setUp(() => new Promise(() => {}));
    await clock.run(
      (async () => {
        await read();
        objects.set(path('one'), pod('one', '1'));
        await clock.sleep(9_000);
        expect(await read()).toEqual({ names: [], isFresh: false });
        await clock.sleep(1_100);
        expect(await read()).toEqual({ names: ['one'], isFresh: true });
        await read();
        expect(calls).toEqual(['list', 'watch', 'list', 'watch']);
        cache.close();
      })(),
    );
  });

  test('keeps a silent watch that has missed nothing', async () => {
    const { clock, objects, calls, cache, read } = setUp();
    objects.set(path('one'), pod('one', '1'));
    await clock.run(
      (async () => {
        await read();
        await read();
        await clock.sleep(11_000);
        expect(await read()).toEqual({ names: ['one'], isFresh: true });
        objects.set(path('two'), pod('two', '2'));
        expect(await read()).toEqual({ names: ['one', 'two'], isFresh: false });
        expect(calls).toEqual(['list', 'watch', 'list']);
        cache.close();
      })(),
    );
  });

  test.each<[string, (call: ApiRequest) => Promise<ApiResponse>]>([
    ['is severed', () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
    ['is ended by the API server', () => Promise.resolve({ status: 200, text: '' })],
    ['is rejected with 410', () => Promise.resolve(errorResponse(410, 'Expired'))],
    [
      'reports an expired version',
      async ({ onLine }) => {
        onLine?.(JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } }));
        return { status: 200, text: '' };
      },
    ],
  ])('lists at every read for 10 s if a watch %s, then restarts it', async (_, watch) => {
    const { clock, objects, calls, cache, read } = setUp(watch);
    await clock.run(
      (async () => {
        await read();
        await read();
        await clock.sleep(100);
        objects.set(path('one'), pod('one', '1'));
        expect(await read()).toEqual({ names: ['one'], isFresh: true });
        expect(await read()).toEqual({ names: ['one'], isFresh: true });
        expect(calls).toEqual(['list', 'watch', 'list', 'list']);
        await clock.sleep(9_950);
        await read();
        await read();
        expect(calls.slice(4)).toEqual(['watch']);
        cache.close();
      })(),
    );
  });

  test('lists at every read for an account without the permission to watch', async () => {
    const { clock, calls, cache, read } = setUp(() => Promise.resolve(errorResponse(403, 'Forbidden')));
    await clock.run(
      (async () => {
        for (let second = 0; second < 30; second += 1) {
          await read();
          await clock.sleep(1000);
        }
        expect(calls.filter((call) => call === 'watch')).toEqual(['watch']);
        expect(calls.filter((call) => call === 'list')).toHaveLength(29);
        cache.close();
      })(),
    );
  });
});
