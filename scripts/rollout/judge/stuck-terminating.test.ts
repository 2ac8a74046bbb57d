import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ClusterObject, Pod } from './kubernetes-objects.ts';
import { dateAt, observe, pod, rollout, timestampAt } from './testing/sample-objects.ts';
import type { Target } from './verdict.ts';

const set: Target = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'db', generation: 2 };
const statefulSet: ClusterObject = {
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'shop', uid: 'db', generation: 2 },
  spec: { replicas: 1 },
  status: { observedGeneration: 2, replicas: 1, updatedReplicas: 0, readyReplicas: 0, updateRevision: '2' },
};

/** A terminating pod whose grace period ends at this second. */
function leaving(due: number, more: Partial<Pod['metadata']> = {}, nodeName = 'node-1'): Pod {
  const old = pod({ name: 'db-0', revision: 1, owner: { kind: 'StatefulSet', name: 'db', uid: 'db' }, nodeName });
  return { ...old, metadata: { ...old.metadata, deletionTimestamp: timestampAt(due), ...more } };
}
const judgeAt = (second: number, ...objects: readonly ClusterObject[]) =>
  judge(observe(second, [statefulSet, ...objects], [], { targets: [set] }));

describe('stuckTerminatingPods', () => {
  test('reports a pod of a StatefulSet 30 s after its grace period, with its finalizers', () => {
    expect(judgeAt(36, leaving(5, { finalizers: ['example.com/detach'] }))).toMatchObject({
      state: 'failed',
      provedAt: dateAt(35),
      cause: {
        code: 'stuck-terminating',
        line: `StatefulSet shop/db, pod db-0: should have terminated by ${timestampAt(5)} and still exists (finalizers: example.com/detach)`,
      },
    });
  });

  test('waits for the grace period of the pod and 30 s more', () => {
    expect(judgeAt(34, leaving(5))).toMatchObject({
      state: 'progressing',
      waiting: [{ line: expect.stringContaining('should have terminated by') }],
    });
    expect(judgeAt(34, leaving(60))).toMatchObject({ state: 'progressing' });
  });

  test('ignores a pod on a node that is not ready', () => {
    const node: ClusterObject = {
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    };
    expect(judgeAt(100, leaving(5), node).state).toBe('progressing');
  });

  test('ignores a rolling Deployment, which starts new pods before old ones end', () => {
    const old = pod({ name: 'api-1-a', revision: 1 });
    const going: Pod = { ...old, metadata: { ...old.metadata, deletionTimestamp: timestampAt(5) } };
    expect(judge(observe(100, rollout(going))).state).toBe('progressing');
  });
});
