import { describe, expect, test } from '@jest/globals';
import { createCluster } from './cluster.ts';
import { acquireLock, lockState, readLock } from './lock.ts';
import { createFakeApi } from './testing/api.ts';

const noForward = () => Promise.reject(new Error('no port-forward here'));
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

  test('stops a second deploy, naming the holder, and lets it in after the release', async () => {
    const cluster = createCluster(createFakeApi().transport, noForward);
    const first = await acquireLock(cluster, 'n', 'ana (run 7)');
    await expect(acquireLock(cluster, 'n', 'ben')).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('ana (run 7)') });
    await first.release();
    const second = await acquireLock(cluster, 'n', 'ben');
    expect(lockState(await readLock(cluster, 'n'), new Date())).toMatchObject({ state: 'held', holder: 'ben' });
    await second.release();
  });

  test('is taken over from a deploy that died', async () => {
    const api = createFakeApi();
    const cluster = createCluster(api.transport, noForward);
    await cluster.create({ ...lease('ana', '2026-01-01T00:00:00Z'), metadata: { name: 'leyenda-deploy', namespace: 'n' } });
    const lock = await acquireLock(cluster, 'n', 'ben');
    expect(lockState(await readLock(cluster, 'n'), new Date())).toMatchObject({ state: 'held', holder: 'ben' });
    await lock.release();
  });
});
