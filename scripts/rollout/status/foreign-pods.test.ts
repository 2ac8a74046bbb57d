import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { detectDrift } from './drift.ts';
import { foreignPods, foreignPodText, workloadsBehindServices } from './foreign-pods.ts';

const namespace = 'captions';
const labels = { app: 'api' };
const workload = (name: string, podLabels: Readonly<Record<string, string>> = labels): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, uid: name },
  spec: { template: { metadata: { labels: podLabels } } },
});
const charts = [
  {
    chart: 'service',
    objects: [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace }, spec: { selector: labels } },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'elsewhere', namespace }, spec: { type: 'ExternalName' } },
      workload('api'),
    ],
  },
];
const ownedBy = (apiVersion: string, kind: string, name: string) => ({
  ownerReferences: [{ apiVersion, kind, name, uid: name, controller: true }],
});
const replicaSetOf = (deployment: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: `${deployment}-1`, namespace, ...ownedBy('apps/v1', 'Deployment', deployment) },
});
const podOf = (name: string, owner: object, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels, ...owner, ...more },
  status: { phase: 'Running' },
});

function clusterWith(...objects: readonly KubeObject[]) {
  const fake = createFakeApi(rolledOut);
  const paths: Readonly<Record<string, string>> = {
    Pod: '/api/v1/namespaces/captions/pods',
    Service: '/api/v1/namespaces/captions/services',
    ReplicaSet: '/apis/apps/v1/namespaces/captions/replicasets',
    Deployment: '/apis/apps/v1/namespaces/captions/deployments',
  };
  for (const object of objects) fake.objects.set(`${paths[object.kind]}/${object.metadata.name}`, object);
  return createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
}

describe('foreignPods', () => {
  test('returns pods that no object of the release owns, directly or indirectly', async () => {
    const cluster = clusterWith(
      workload('api'),
      workload('extra'),
      replicaSetOf('api'),
      replicaSetOf('extra'),
      podOf('api-1-a', ownedBy('apps/v1', 'ReplicaSet', 'api-1')),
      podOf('extra-1-a', ownedBy('apps/v1', 'ReplicaSet', 'extra-1')),
      podOf('alone', {}),
      podOf('going', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      podOf('other', {}, { labels: { app: 'other' } }),
    );
    const found = await foreignPods(cluster, namespace, charts);
    expect(found).toEqual([
      { service: 'api', pod: 'extra-1-a', owner: 'Deployment/extra' },
      { service: 'api', pod: 'alone', owner: undefined },
    ]);
    expect(found.map(foreignPodText)).toEqual([
      'Service/api routes to Pod/extra-1-a of Deployment/extra, which is not part of the release',
      'Service/api routes to Pod/alone, which is not part of the release',
    ]);
  });

  test('are reported as drift', async () => {
    const [service] = charts[0]?.objects ?? [];
    if (service === undefined) throw new Error('the release has a Service');
    const cluster = clusterWith(service, podOf('alone', {}));
    expect(await detectDrift(cluster, namespace, [{ chart: 'service', objects: [service] }])).toMatchObject([
      { object: 'Service/api', state: 'changed', fields: [{ path: 'pods', live: 'Pod/alone' }] },
    ]);
  });
});

test('workloadsBehindServices returns the workloads to prune whose pods a Service selects', async () => {
  const cluster = clusterWith(workload('extra'), workload('worker', { app: 'worker' }));
  const item = (kind: string, name: string) => ({ apiVersion: kind === 'ConfigMap' ? 'v1' : 'apps/v1', kind, name, namespace, uid: name });
  const items = [item('Deployment', 'extra'), item('Deployment', 'worker'), item('Deployment', 'gone'), item('ConfigMap', 'extra')];
  expect((await workloadsBehindServices(cluster, charts, items)).map(({ name }) => name)).toEqual(['extra']);
});
