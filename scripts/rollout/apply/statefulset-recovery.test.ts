import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { deleteBrokenPods } from './statefulset-recovery.ts';

const pod = (name: string, revision: string, ready: boolean, owner: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'n', labels: { 'controller-revision-hash': revision }, ownerReferences: [{ uid: owner }] },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

describe('deleteBrokenPods', () => {
  test('deletes the broken pods of a failed release, but not ready pods, new ones or those of others', async () => {
    const api = createFakeApi();
    const cluster = createCluster(api.transport, () => Promise.reject(new Error('no port-forward here')));
    const set = await cluster.create({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'n' },
      status: { observedGeneration: 1, updateRevision: 'old' },
    });
    const uid = set.metadata.uid ?? '';
    const pods = [
      pod('db-0', 'old', false, uid),
      pod('db-1', 'bad', true, uid),
      pod('db-2', 'bad', false, uid),
      pod('x', 'bad', false, 'x'),
    ];
    for (const each of pods) await cluster.create(each);
    const lines = await deleteBrokenPods(cluster, set, new AbortController().signal);
    expect(lines).toEqual(['deleted Pod/db-2, which the failed release had left broken']);
    expect(api.writes.filter((write) => write.startsWith('DELETE'))).toEqual(['DELETE /api/v1/namespaces/n/pods/db-2']);
  });
});
