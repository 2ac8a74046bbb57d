import { expect, test } from '@jest/globals';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import { testOwner } from '../record/testing/owner.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';

/** @returns a function that deploys a store, which never becomes ready if it `hangs`, and returns the seconds until the result */
function setUp() {
  const clock = createVirtualClock();
  let hangs = false;
  const fake = createFakeApi((object) => {
    const { generation } = object.metadata;
    const ready = { updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    return { ...object, status: { observedGeneration: generation, replicas: 1, ...(hangs ? {} : ready) } };
  });
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')), clock);
  const smoke = async () => ({ passed: true, failures: [], endpoints: 1, releases: ['r'] });
  const run = { cluster, namespace, owner: testOwner, out: silentOutput, signal: new AbortController().signal, smoke };
  const secondsOf = async (image: string, options: { readonly hangs: boolean; readonly timeoutSeconds?: number }) => {
    hangs = options.hangs;
    const spec = { replicas: 1, template: { spec: { containers: [{ name: 'postgres', image }] } } };
    const store = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'postgres', namespace }, spec };
    const startMs = clock.ms();
    const work = deploy(run, {
      ...{ environment: 'local', image, charts: [{ chart: 'data', objects: [store] }], actor: 'ana', soakSeconds: 0 },
      ...{ dryRun: false, rollback: false, onEvidence: async () => {}, timeoutSeconds: options.timeoutSeconds },
    });
    const { outcome } = await clock.run(work);
    expect(outcome).toBe(hangs ? 'failed' : 'deployed');
    return (clock.ms() - startMs) / 1000;
  };
  return secondsOf;
}

const isAbout = (seconds: number) => expect.closeTo(seconds, -2);

test('a deploy that creates a store has 900 s', async () => {
  expect(await setUp()('a:1', { hangs: true })).toEqual(isAbout(900));
});

test('a deploy that changes a store has 300 s', async () => {
  const secondsOf = setUp();
  await secondsOf('a:1', { hangs: false });
  expect(await secondsOf('a:2', { hangs: true })).toEqual(isAbout(300));
});

test('a deploy has the given timeout, even if it creates a store', async () => {
  expect(await setUp()('a:1', { hangs: true, timeoutSeconds: 500 })).toEqual(isAbout(500));
});
