import { expect, test } from '@jest/globals';
import { metadataKeys } from '../../contract/product.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { numberAt } from '../values/json.ts';
import { startRoles, stopRoles } from './stopped-roles.ts';

const namespace = 'n';
const deployment = (component: string, replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `captions-${component}`, namespace, labels: { [metadataKeys.component]: component } },
  spec: { replicas, paused: false },
});

function setUp() {
  const api = createFakeApi();
  const cluster = createCluster(api.transport, () => Promise.reject(new Error('no port-forward here')));
  const objects = [deployment('api', 3), deployment('worker', 1), deployment('redis', 1)];
  const pathOf = ({ metadata }: KubeObject) => `/apis/apps/v1/namespaces/${namespace}/deployments/${metadata.name}`;
  for (const object of objects) api.objects.set(pathOf(object), object);
  const state = () => objects.map((object) => api.objects.get(pathOf(object)));
  return { api, context: { cluster, namespace }, charts: [{ chart: 'service', objects }], state };
}
const replicas = (objects: readonly unknown[]) => objects.map((object) => numberAt(object, 'spec', 'replicas'));

test('A restore scales the roles to 0 and back, keeps other fields, and leaves other workloads', async () => {
  const { context, charts, state } = setUp();
  const before = state();
  await stopRoles(context, charts);
  expect(replicas(state())).toEqual([0, 0, 1]);
  await startRoles(context, charts);
  expect(replicas(state())).toEqual([3, 1, 1]);
  expect(state().map((object) => [object?.spec, object?.metadata.labels])).toEqual(
    before.map((object) => [object?.spec, object?.metadata.labels]),
  );
  expect(state().map((object) => Object.values(object?.metadata.annotations ?? {}).filter(Boolean))).toEqual([[], [], []]);
});

test('A restore after one that was killed while the roles were stopped starts as many as before the first', async () => {
  const { context, charts, state } = setUp();
  await stopRoles(context, charts);
  await stopRoles(context, charts);
  await startRoles(context, charts);
  expect(replicas(state())).toEqual([3, 1, 1]);
});
