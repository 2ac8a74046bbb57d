import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../../cluster/create-cluster.ts';
import { type KubeObject, label } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { findOrphanedObjects, orphanedInventory, referencedConfigMaps } from './orphaned-objects.ts';
import { encodeRecord, type ReleaseRecord } from './release-history.ts';
import { releaseOf } from './testing/release.ts';

const namespace = 'n';
const config = (name: string, uid = `uid-${name}`): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid },
});
const job = (name: string, condition?: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace, uid: `uid-${name}` },
  status: { conditions: condition === undefined ? [] : [{ type: condition, status: 'True' }] },
});
const paths: Readonly<Record<string, string>> = {
  ConfigMap: '/api/v1/namespaces/n/configmaps',
  Job: '/apis/batch/v1/namespaces/n/jobs',
  Pod: '/api/v1/namespaces/n/pods',
};

async function garbage(history: readonly ReleaseRecord[], live: readonly KubeObject[]) {
  const fake = createFakeApi();
  const records = history.map((record) => encodeRecord(record, namespace));
  for (const object of [...live, ...records]) fake.objects.set(`${paths[object.kind]}/${object.metadata.name}`, object);
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
  const { remove, keep } = await findOrphanedObjects(cluster, namespace);
  return { remove: remove.map(label), keep: keep.map(({ item, why }) => `${label(item)}: ${why}`), writes: fake.writes };
}

describe('findOrphanedObjects', () => {
  const history = [
    releaseOf(5, 'good', [config('c5'), job('m5', 'Complete')]),
    releaseOf(4, 'rolled-back', [config('c4')]),
    releaseOf(3, 'good', [config('c3')]),
    releaseOf(2, 'failed', [config('c2'), job('m2', 'Failed')]),
    releaseOf(1, 'good', [config('c1'), job('m1', 'Complete'), job('m0')]),
  ];
  const live = history.flatMap(({ charts }) => charts.flatMap(({ objects }) => objects));

  test('returns objects that no rollback needs, except a running Job', async () => {
    const found = await garbage(history, live);
    expect(found.remove.toSorted()).toEqual(['ConfigMap/c1', 'ConfigMap/c2', 'ConfigMap/c4', 'Job/m1', 'Job/m2']);
    expect(found.keep).toEqual(['Job/m0: it still runs']);
    expect(found.writes).toEqual([]);
  });

  test('ignores an object that was created again with the same name', async () => {
    const others = [...live.filter(({ metadata }) => metadata.name !== 'c1'), config('c1', 'uid-other')];
    expect((await garbage(history, others)).remove).not.toContain('ConfigMap/c1');
  });

  test('keeps a ConfigMap that a pod uses', async () => {
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace },
      spec: { containers: [{ envFrom: [{ configMapRef: { name: 'c1' } }] }] },
    };
    const { remove, keep } = await garbage(history, [...live, pod]);
    expect(remove).not.toContain('ConfigMap/c1');
    expect(keep).toContain('ConfigMap/c1: a pod uses it');
  });

  test('never returns a volume, a definition or a namespace', () => {
    const kinds = ['PersistentVolumeClaim', 'CustomResourceDefinition', 'Namespace'];
    const old = kinds.map((kind): KubeObject => ({ ...config('x', `uid-${kind}`), kind }));
    expect(orphanedInventory([releaseOf(2, 'good', [config('c2')]), releaseOf(1, 'failed', old)])).toEqual([]);
  });

  test('keeps the objects of a failed release that was left in place', () => {
    expect(orphanedInventory([releaseOf(2, 'failed', [config('c2')]), releaseOf(1, 'good', [config('c1')])])).toEqual([]);
  });

  test('returns nothing without a recorded release', async () => expect((await garbage([], [config('c')])).remove).toEqual([]));

  test('returns expired records, except the good release before the last', async () => {
    const many = Array.from({ length: 14 }, (_, i) =>
      releaseOf(14 - i, [14, 3, 1].includes(14 - i) ? 'good' : 'rolled-back', [config(`c${14 - i}`)]),
    );
    const { remove } = await garbage(many, []);
    expect(remove.toSorted()).toEqual(['ConfigMap/leyenda-release-1', 'ConfigMap/leyenda-release-2', 'ConfigMap/leyenda-release-4']);
  });
});

test('referencedConfigMaps returns mounted, projected and environment ConfigMaps', () => {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      volumes: [{ configMap: { name: 'a' } }, { projected: { sources: [{ configMap: { name: 'b' } }, { secret: { name: 'no' } }] } }],
      initContainers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }],
      containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'd' } } }, { value: 'x' }] }],
    },
  };
  expect([...referencedConfigMaps([pod])].toSorted()).toEqual(['a', 'b', 'c', 'd']);
});
