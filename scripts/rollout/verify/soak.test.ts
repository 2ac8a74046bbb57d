import { expect, test } from '@jest/globals';
import type { ClusterObject } from '../judge/kubernetes-objects.ts';
import type { Observation } from '../judge/verdict.ts';
import { restartedSince } from './soak.ts';

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

test('restartedSince names the liveness probe that killed a container instead of its exit code', () => {
  const about = { kind: 'Pod', namespace: 'n', name: 'api-a', uid: 'a', fieldPath: 'spec.containers{api}' };
  const event = (reason: string, message: string) => ({ involvedObject: about, reason, message, lastTimestamp: '1970-01-01T00:00:00Z' });
  const events = [
    event('Killing', 'Container api failed liveness probe, will be restarted'),
    event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503'),
  ];
  expect(restartedSince(observation(pod('a', 0)), { ...observation(pod('a', 1)), events })?.line).toBe(
    'container api of pod api-a was killed by its liveness probe: Liveness probe failed: HTTP probe failed with statuscode: 503 after the rollout (1 restart)',
  );
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
