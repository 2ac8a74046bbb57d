import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ClusterObject, Condition } from './kubernetes-objects.ts';
import {
  deployment,
  event,
  observe,
  pod,
  replicaSet,
  restarted,
  rollout,
  running,
  target,
  timestampAt,
  unready,
  waiting,
} from './testing/sample-objects.ts';

const missing = waiting('ErrImagePull', 'ghcr.io/example/api:1: not found');
const old: Condition = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastTransitionTime: timestampAt(-5) };

describe('objects and events of an earlier revision', () => {
  const silent: readonly (readonly [string, readonly ClusterObject[]])[] = [
    ['pods of an earlier ReplicaSet', rollout(pod({ revision: 1, statuses: [missing] }))],
    ['pods that merely carry the hash', rollout(pod({ owner: { kind: 'ReplicaSet', name: 'other', uid: 'other' }, statuses: [missing] }))],
    ['the status of an earlier generation', [deployment({ observedGeneration: 1 }), replicaSet(2), pod({ statuses: [missing] })]],
    ['an object whose applied generation has not come back yet', [deployment({}, {}, 1), replicaSet(2)]],
    ['another object of the same name', [{ ...deployment(), metadata: { ...deployment().metadata, uid: 'other' } }]],
    ['a condition from before the release', [deployment({ availableReplicas: 0, conditions: [old] }), replicaSet(2)]],
  ];
  test.each(silent)('%s do not affect the verdict', (_, objects) => {
    expect(judge(observe(60, objects)).state).toBe('progressing');
  });

  test('events from before the release do not affect the verdict', () => {
    const objects = rollout(pod({ statuses: [waiting('ImagePullBackOff', 'Back-off pulling image "ghcr.io/example/api:2"')] }));
    const failed = (first: number, last: number) => event('Failed', 'Failed to pull image "ghcr.io/example/api:2": not found', first, last);
    expect(judge(observe(60, objects, [failed(-50, -40)])).state).toBe('progressing');
    expect(judge(observe(60, objects, [failed(2, 40)])).state).toBe('failed');
  });

  test('a terminating pod does not affect the verdict', () => {
    const { metadata, ...rest } = pod({ statuses: [missing] });
    expect(judge(observe(60, rollout({ ...rest, metadata: { ...metadata, deletionTimestamp: timestampAt(50) } }))).state).toBe(
      'progressing',
    );
  });

  test('a rejection that started before the release counts from the release', () => {
    const failure: Condition = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota',
      lastTransitionTime: timestampAt(-90),
    };
    const objects = [unready, replicaSet(2, [failure])];
    expect(judge(observe(29, objects)).state).toBe('progressing');
    expect(judge(observe(30, objects)).state).toBe('failed');
  });
});

describe('the current revision of other workloads', () => {
  const owner = (kind: string) => ({ kind, name: 'api', uid: 'api' });
  const metadata = { name: 'api', namespace: 'shop', uid: 'api', generation: 2 };
  const revisions = ([1, 2] as const).map((revision) => ({
    kind: 'ControllerRevision' as const,
    metadata: {
      name: `api-${revision}`,
      namespace: 'shop',
      labels: { 'controller-revision-hash': `${revision}` },
      ownerReferences: [owner('DaemonSet')],
    },
    revision,
  }));
  const statefulSet: ClusterObject = {
    kind: 'StatefulSet',
    metadata,
    spec: { replicas: 2 },
    status: { observedGeneration: 2, replicas: 2, currentRevision: '1', updateRevision: '2' },
  };
  const daemonSet: ClusterObject = { kind: 'DaemonSet', metadata, status: { observedGeneration: 2, desiredNumberScheduled: 2 } };

  test.each([
    ['StatefulSet', [statefulSet]],
    ['DaemonSet', [daemonSet, ...revisions]],
  ] as const)('%s', (kind, objects) => {
    const targets = [{ ...target, kind }];
    const at = (revision: 1 | 2) =>
      judge(
        observe(40, [...objects, pod({ revision, owner: owner(kind), phase: 'Running', statuses: [restarted(3, 36)] })], [], { targets }),
      );
    expect(at(1).state).toBe('progressing');
    expect(at(2)).toMatchObject({ state: 'failed', cause: { code: 'crash-loop', chain: [{ kind }, { kind: 'Pod' }] } });
  });

  test('a StatefulSet fails if it cannot create pods, unless it has created one since', () => {
    const targets = [{ ...target, kind: 'StatefulSet' as const }];
    const events = [event('FailedCreate', 'create Pod api-1 failed: exceeded quota: small', 3, 20, { kind: 'StatefulSet', name: 'api' })];
    expect(judge(observe(40, [statefulSet], events, { targets }))).toMatchObject({ state: 'failed', cause: { code: 'quota-exceeded' } });
    const since = pod({ owner: owner('StatefulSet'), created: 25, phase: 'Running', statuses: [running(26)] });
    expect(judge(observe(40, [statefulSet, since], events, { targets })).state).toBe('progressing');
  });
});
