import { expect, test } from '@jest/globals';
import type { ClusterObject } from './judge/objects.ts';
import type { Observation } from './judge/types.ts';
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

test('a container that restarts after the rollout is found, with its pod', () => {
  const found = restartedSince(observation(pod('a', 1), pod('b', 0)), observation(pod('a', 1), pod('b', 1)));
  expect(found).toMatchObject({
    code: 'restarted',
    chain: [{ kind: 'Pod', name: 'api-b' }],
    container: { name: 'api', previousLogs: true },
  });
});

test('a native sidecar that restarts after the rollout is found', () => {
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

test('restarts from before the end of the rollout, and new pods, are no trouble', () => {
  expect(restartedSince(observation(pod('a', 2)), observation(pod('a', 2), pod('c', 0)))).toBeUndefined();
});
