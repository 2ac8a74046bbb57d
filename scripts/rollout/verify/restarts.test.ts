import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import type { ClusterObject } from '../judge/kubernetes-objects.ts';
import type { Observation } from '../judge/verdict.ts';
import { explainRestart, restartedSince } from './restarts.ts';

const pod = (uid: string, restartCount: number): ClusterObject => ({
  kind: 'Pod',
  metadata: { name: `api-${uid}`, namespace: 'n', uid },
  status: { containerStatuses: [{ name: 'api', restartCount }] },
});
const observation = (...objects: ClusterObject[]): Observation => ({
  now: new Date(0),
  appliedAt: new Date(0),
  targets: [],
  objects,
  events: [],
  deadlineSeconds: 1,
});

test('restartedSince returns a container that restarted after the rollout, with its pod', () => {
  const found = restartedSince(observation(pod('a', 1), pod('b', 0)), observation(pod('a', 1), pod('b', 1)));
  expect(found).toMatchObject({
    code: 'restarted',
    chain: [{ kind: 'Pod', name: 'api-b' }],
    container: { name: 'api', previousLogs: true },
  });
});

const about = { kind: 'Pod', namespace: 'n', name: 'api-a', uid: 'a', fieldPath: 'spec.containers{api}' };
const event = (reason: string, message: string) => ({ involvedObject: about, reason, message, lastTimestamp: '1970-01-01T00:00:00Z' });
const killEvents = [
  event('Killing', 'Container api failed liveness probe, will be restarted'),
  event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503'),
];
const killedByProbe =
  'container api of pod api-a was killed by its liveness probe: Liveness probe failed: HTTP probe failed with statuscode: 503 after the rollout (1 restart)';

test('restartedSince names the liveness probe that killed a container instead of its exit code', () => {
  expect(restartedSince(observation(pod('a', 0)), { ...observation(pod('a', 1)), events: killEvents })?.line).toBe(killedByProbe);
});

describe('explainRestart', () => {
  const start = observation(pod('a', 0));
  const restarted = restartedSince(start, observation(pod('a', 1)));
  async function explained(later: Observation | undefined) {
    if (restarted === undefined) throw new Error('no restart was found');
    const clock = createVirtualClock();
    const cluster = createCluster(
      () => Promise.reject(new Error('no API server here')),
      () => Promise.reject(new Error('no port-forward here')),
      clock,
    );
    const { signal } = new AbortController();
    return clock.run(explainRestart(restarted, start, { cluster, signal }, async () => later));
  }

  test('names the probe whose event arrives after the status of the container', async () => {
    expect(restarted?.line).not.toContain('probe');
    expect((await explained({ ...observation(pod('a', 1)), events: killEvents })).line).toBe(killedByProbe);
  });

  test('keeps the restart if the pods cannot be observed again, or are gone', async () => {
    expect(await explained(undefined)).toEqual(restarted);
    expect(await explained(observation())).toEqual(restarted);
  });
});

test('restartedSince returns a native sidecar that restarted', () => {
  const withSidecar = (restartCount: number): ClusterObject => ({
    kind: 'Pod',
    metadata: { name: 'api-a', namespace: 'n', uid: 'a' },
    spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'wait' }] },
    status: {
      initContainerStatuses: [
        { name: 'proxy', restartCount },
        { name: 'wait', restartCount: 0 },
      ],
    },
  });
  expect(restartedSince(observation(withSidecar(0)), observation(withSidecar(1)))).toMatchObject({ container: { name: 'proxy' } });
});

test('restartedSince returns a sidecar that has ended and is not restarted yet', () => {
  const withProxy = (state: object, lastState: object): ClusterObject => ({
    kind: 'Pod',
    metadata: { name: 'api-a', namespace: 'n', uid: 'a' },
    spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] },
    status: { initContainerStatuses: [{ name: 'proxy', restartCount: 0, state, lastState }] },
  });
  const terminated = { exitCode: 3, reason: 'Error', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:06Z' };
  const before = observation(withProxy({ running: { startedAt: terminated.startedAt } }, {}));
  const found = [withProxy({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated }), withProxy({ terminated }, {})].map((pod) =>
    restartedSince(before, observation(pod)),
  );
  const line = 'container proxy of pod api-a has ended (exit code 3, Error) after the rollout (0 restarts)';
  expect(found).toMatchObject([
    { line, container: { previousLogs: false } },
    { line, container: { previousLogs: false } },
  ]);
});

test('restartedSince ignores a container that ended before the end of the rollout', () => {
  const lastState = { terminated: { exitCode: 3, finishedAt: '2026-01-01T00:00:06Z' } };
  const ended = (restartCount: number, state: object): ClusterObject => ({
    kind: 'Pod',
    metadata: { name: 'api-a', namespace: 'n', uid: 'a' },
    status: { containerStatuses: [{ name: 'api', restartCount, state, lastState }] },
  });
  const backingOff = observation(ended(1, { waiting: { reason: 'CrashLoopBackOff' } }));
  expect(restartedSince(backingOff, observation(ended(2, { running: { startedAt: '2026-01-01T00:00:16Z' } })))).toBeUndefined();
});

test.each([
  ['a terminating pod', { metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } }],
  ['a pod that has ended as a whole', { status: { phase: 'Succeeded' } }],
  ['a pod of a Job', { metadata: { ownerReferences: [{ kind: 'Job', name: 'backup', uid: 'j' }] } }],
])('restartedSince ignores a container of %s', (_what, { metadata = {}, status = {} }: { metadata?: object; status?: object }) => {
  const terminated = { exitCode: 0, reason: 'Completed', finishedAt: '2026-01-01T00:00:06Z' };
  const podWith = (state: object, isGoing: boolean): ClusterObject => ({
    kind: 'Pod',
    metadata: { name: 'api-a', namespace: 'n', uid: 'a', ...(isGoing ? metadata : {}) },
    status: { phase: 'Running', containerStatuses: [{ name: 'api', restartCount: 0, state }], ...(isGoing ? status : {}) },
  });
  const before = observation(podWith({ running: { startedAt: '2026-01-01T00:00:00Z' } }, false));
  expect(restartedSince(before, observation(podWith({ terminated }, true)))).toBeUndefined();
  expect(restartedSince(before, observation(podWith({ terminated }, false)))).toMatchObject({ code: 'restarted' });
});

test('restartedSince ignores earlier restarts and new pods', () => {
  expect(restartedSince(observation(pod('a', 2)), observation(pod('a', 2), pod('c', 0)))).toBeUndefined();
});
