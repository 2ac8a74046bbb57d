import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../service/testing/wait-until.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { acquireDeployLock, lockState, readDeployLock, waitForDeployLock } from './deploy-lock.ts';
import { testOwner } from './testing/owner.ts';

const noForward = () => Promise.reject(new Error('no port-forward here'));
const siteOf = (cluster: Cluster) => ({ cluster, namespace: 'n', owner: testOwner });
const now = new Date('2026-01-01T00:01:00Z');
const lease = (holderIdentity: string, renewTime: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'leyenda-deploy' },
  spec: { holderIdentity, leaseDurationSeconds: 15, renewTime },
});

describe('the deploy lock', () => {
  test.each([
    ['free without a lease', undefined, { state: 'free' }],
    ['free after a release', lease('', '2026-01-01T00:00:59Z'), { state: 'free' }],
    ['held by who renewed it lately', lease('ana', '2026-01-01T00:00:50Z'), { state: 'held', holder: 'ana', secondsLeft: 5 }],
    ['expired when its renewals stopped', lease('ana', '2026-01-01T00:00:44Z'), { state: 'expired', holder: 'ana' }],
    ['expired when its time is not readable', lease('ana', 'soon'), { state: 'expired', holder: 'ana' }],
  ])('is %s', (_what, found, expected) => {
    expect(lockState(found, now)).toEqual(expected);
  });

  test('rejects a second deploy with the holder, and admits it after the release', async () => {
    const cluster = createCluster(createFakeApi().transport, noForward);
    const first = await acquireDeployLock(siteOf(cluster), 'ana (run 7)');
    await expect(acquireDeployLock(siteOf(cluster), 'ben')).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('ana (run 7)'),
    });
    await first.release();
    const second = await acquireDeployLock(siteOf(cluster), 'ben');
    expect(lockState(await readDeployLock(cluster, 'n'), new Date())).toMatchObject({ state: 'held', holder: 'ben' });
    await second.release();
  });

  test('is taken over from a deploy that died', async () => {
    const api = createFakeApi();
    const cluster = createCluster(api.transport, noForward);
    await cluster.create({ ...lease('ana', '2026-01-01T00:00:00Z'), metadata: { name: 'leyenda-deploy', namespace: 'n' } });
    const lock = await acquireDeployLock(siteOf(cluster), 'ben');
    expect(lockState(await readDeployLock(cluster, 'n'), new Date())).toMatchObject({ state: 'held', holder: 'ben' });
    await lock.release();
  });
});

describe('waiting for the deploy lock', () => {
  function setUp() {
    const shown: string[] = [];
    const interruption = new AbortController();
    const cluster = createCluster(createFakeApi().transport, noForward);
    const showPending: (typeof silentOutput)['showPending'] = (...pending) => void shown.push(...pending.map(({ reason }) => reason));
    const out = { ...silentOutput, showPending };
    return { shown, interruption, run: { ...siteOf(cluster), out, signal: interruption.signal } };
  }

  test('shows the holder, and takes the lock once it is released', async () => {
    const { run, shown } = setUp();
    const first = await acquireDeployLock(run, 'ana');
    const second = waitForDeployLock(run, 'ben', 10, 5);
    setTimeout(() => void first.release(), 30);
    const { lock, waited } = await second;
    expect({ waited, shown: new Set(shown) }).toEqual({ waited: true, shown: new Set(['another deploy holds the lock: ana']) });
    await lock.release();
  });

  test('ends when the lease of a deploy that died expires', async () => {
    const { run } = setUp();
    const renewTime = new Date(Date.now() - 13_000).toISOString();
    await run.cluster.create({ ...lease('ana', renewTime), metadata: { name: 'leyenda-deploy', namespace: 'n' } });
    const { lock, waited } = await waitForDeployLock(run, 'ben', 10, 20);
    expect(waited).toBe(true);
    await lock.release();
  });

  test('throws with the holder after waitSeconds, or at once if they are 0', async () => {
    const { run } = setUp();
    const first = await acquireDeployLock(run, 'ana');
    await expect(waitForDeployLock(run, 'ben', 1, 100)).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('ana') });
    await expect(waitForDeployLock(run, 'ben', 0)).rejects.toMatchObject({ exitCode: 6 });
    await first.release();
  });

  test('ends at once when the signal is aborted', async () => {
    const { run, interruption } = setUp();
    const first = await acquireDeployLock(run, 'ana');
    setTimeout(() => interruption.abort(new Error('interrupted by SIGTERM')), 20);
    await expect(waitForDeployLock(run, 'ben', 60)).rejects.toThrow('interrupted by SIGTERM');
    await first.release();
  });

  test('gives the lock to one of several waiters at a time, and to each in the end', async () => {
    const { run } = setUp();
    const first = await acquireDeployLock(run, 'ana');
    let holding = 0;
    let most = 0;
    const contenders = ['ben', 'eva', 'leo'].map(async (name) => {
      const { lock } = await waitForDeployLock(run, name, 20, 5);
      holding += 1;
      most = Math.max(most, holding);
      await new Promise((resolve) => setTimeout(resolve, 20));
      holding -= 1;
      await lock.release();
      return name;
    });
    await first.release();
    expect(await Promise.all(contenders)).toEqual(['ben', 'eva', 'leo']);
    expect(most).toBe(1);
  });
});

describe('an outage of the API server', () => {
  const timing = { leaseSeconds: 0.2, renewEveryMs: 40 };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n' } };
  const reset = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' });

  /** Two connections to one API server. The first can fail before a request arrives, or before its response does. */
  function setUp() {
    const api = createFakeApi();
    const way: { state: 'open' | 'closed' | 'no-response' } = { state: 'open' };
    const cluster = createCluster(async (call) => {
      if (way.state === 'closed') throw reset();
      const answer = await api.transport(call);
      if (way.state === 'no-response' && call.method === 'PUT') {
        way.state = 'open';
        throw reset();
      }
      return answer;
    }, noForward);
    return { api, way, cluster, other: createCluster(api.transport, noForward) };
  }
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('longer than the lease has no effect if no other process took the lock', async () => {
    const { way, cluster, other } = setUp();
    const lock = await acquireDeployLock(siteOf(cluster), 'ana', timing);
    way.state = 'closed';
    await pause(400);
    const write = lock.fenceWrites(cluster).apply(config);
    await pause(100);
    way.state = 'open';
    await expect(write).resolves.toMatchObject({ kind: 'ConfigMap' });
    expect(lock.lost.aborted).toBe(false);
    expect(lockState(await readDeployLock(other, 'n'), new Date())).toMatchObject({ holder: 'ana' });
    await lock.release();
  });

  test('blocks the writes of the former holder if another process took the lock', async () => {
    const { api, way, cluster, other } = setUp();
    const lock = await acquireDeployLock(siteOf(cluster), 'ana', timing);
    way.state = 'closed';
    await pause(400);
    const ben = await acquireDeployLock(siteOf(other), 'ben', timing);
    way.state = 'open';
    await expect(lock.fenceWrites(cluster).apply(config)).rejects.toThrow('taken by another process');
    expect(api.writes.filter((write) => write.includes('configmaps'))).toEqual([]);
    await ben.release();
  });

  test.each(['closed', 'no-response'] as const)('while the lock is taken (%s) does not prevent it', async (state) => {
    const { way, cluster, other } = setUp();
    const first = await acquireDeployLock(siteOf(cluster), 'ana', timing);
    await first.release();
    way.state = state;
    // The read of the lease is retried; then the connection works again, except for one write.
    setTimeout(() => {
      way.state = state === 'closed' ? 'open' : way.state;
    }, 300);
    const lock = await acquireDeployLock(siteOf(cluster), 'ana', timing);
    expect(lockState(await readDeployLock(other, 'n'), new Date())).toMatchObject({ holder: 'ana' });
    await lock.release();
  });

  test('recognizes its own renewal when the response was lost', async () => {
    const { way, cluster } = setUp();
    const lock = await acquireDeployLock(siteOf(cluster), 'ana', timing);
    way.state = 'no-response';
    await waitUntil(() => way.state === 'open');
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
  });
});
