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

/** A pod that has been told to go, and whose time to end was over at this second. */
function leaving(due: number, more: Partial<Pod['metadata']> = {}, nodeName = 'node-1'): Pod {
  const old = pod({ name: 'db-0', revision: 1, owner: { kind: 'StatefulSet', name: 'db', uid: 'db' }, nodeName });
  return { ...old, metadata: { ...old.metadata, deletionTimestamp: timestampAt(due), ...more } };
}
const judgeAt = (second: number, ...objects: readonly ClusterObject[]) =>
  judge(observe(second, [statefulSet, ...objects], [], { targets: [set] }));

describe('A pod that should be gone', () => {
  test('and is not 30 s after its time keeps a StatefulSet from going on: what holds it is named', () => {
    expect(judgeAt(36, leaving(5, { finalizers: ['example.com/detach'] }))).toMatchObject({
      state: 'failed',
      provedAt: dateAt(35),
      cause: {
        code: 'stuck-terminating',
        line: `StatefulSet shop/db, pod db-0: has to go since ${timestampAt(5)} and is still there (finalizers: example.com/detach)`,
      },
    });
  });

  test('has its own time to end, and 30 s more', () => {
    expect(judgeAt(34, leaving(5))).toMatchObject({
      state: 'progressing',
      waiting: [{ line: expect.stringContaining('has to go since') }],
    });
    expect(judgeAt(34, leaving(60))).toMatchObject({ state: 'progressing' });
  });

  test('on a lost node is nobody’s fault', () => {
    const node: ClusterObject = {
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    };
    expect(judgeAt(100, leaving(5), node).state).toBe('progressing');
  });

  test('does not concern a rolling Deployment, which starts its pods beside the old ones', () => {
    const old = pod({ name: 'api-1-a', revision: 1 });
    const going: Pod = { ...old, metadata: { ...old.metadata, deletionTimestamp: timestampAt(5) } };
    expect(judge(observe(100, rollout(going))).state).toBe('progressing');
  });
});
