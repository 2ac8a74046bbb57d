import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { isKubeObject, type KubeObject, refKey, refOf } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { isRecord } from '../../values/json.ts';
import { detectDrift } from './drift.ts';

const namespace = 'n';
const container = (image: string, env: readonly object[] = []) => ({ name: 'api', image, env });
const deployment = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api', namespace },
  spec: { ...spec },
});
const released = deployment({ replicas: 2, template: { spec: { containers: [container('a:1')] } } });
const config: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace },
  data: { MODE: 'calm', API_TOKEN: 'x' },
};
const scaler = (min: number, max: number): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'hpa', namespace },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' }, minReplicas: min, maxReplicas: max },
});

/** Simulates a forced server-side apply: maps and lists of named items are merged. */
function merged(live: unknown, applied: unknown): unknown {
  const nameOf = (item: unknown) => (isRecord(item) ? item.name : undefined);
  if (isRecord(live) && isRecord(applied)) {
    return Object.fromEntries(
      [...new Set([...Object.keys(live), ...Object.keys(applied)])].map((key) => [key, merged(live[key], applied[key])]),
    );
  }
  if (Array.isArray(live) && Array.isArray(applied) && applied.every((item) => nameOf(item) !== undefined)) {
    const others = live.filter((item) => !applied.some((one) => nameOf(one) === nameOf(item)));
    return [
      ...applied.map((item) =>
        merged(
          live.find((one) => nameOf(one) === nameOf(item)),
          item,
        ),
      ),
      ...others,
    ];
  }
  return applied === undefined ? live : applied;
}

/** A cluster with these objects that accepts only dry runs. */
function clusterWith(...live: readonly KubeObject[]): Cluster {
  const existing = new Map(live.map((object) => [refKey(refOf(object)), object]));
  return {
    ...createCluster(createFakeApi().transport, () => Promise.reject(new Error('no port-forward in this test'))),
    get: async (ref) => existing.get(refKey(ref)),
    apply: async (object, options) => {
      expect(options).toEqual({ dryRun: true, force: true });
      const result = merged(existing.get(refKey(refOf(object))), object);
      if (!isKubeObject(result)) throw new Error('no object');
      return result;
    },
  };
}

const owned = (object: KubeObject, manager: string, fieldsV1: object, subresource?: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: [{ manager, operation: 'Update', subresource, time: '2026-01-02T00:00:00Z', fieldsV1 }] },
});
const inContainer = (fields: object) => ({ 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"api"}': fields } } } } });
const drift = (objects: readonly KubeObject[], ...live: readonly KubeObject[]) =>
  detectDrift(clusterWith(...live), namespace, [{ chart: 'service', objects }]);

describe('detectDrift', () => {
  test('returns nothing if all objects are as released', async () => {
    expect(await drift([released, config], released, config)).toEqual([]);
  });

  test('returns a deleted object', async () => {
    expect(await drift([released, config], released)).toEqual([{ object: 'ConfigMap/config', state: 'missing', fields: [] }]);
  });

  test('returns an image that kubectl set image changed', async () => {
    const live = deployment({ replicas: 2, template: { spec: { containers: [container('a:2')] } } });
    const image = { path: 'spec.template.spec.containers[api].image', released: 'a:1', live: 'a:2', manager: 'kubectl-set' };
    expect(await drift([released], owned(live, 'kubectl-set', inContainer({ 'f:image': {} })))).toEqual([
      { object: 'Deployment/api', state: 'changed', fields: [image] },
    ]);
  });

  test('returns replicas that kubectl scale changed, without an autoscaler', async () => {
    const live = owned(deployment({ ...Object(released.spec), replicas: 7 }), 'kubectl', { 'f:spec': { 'f:replicas': {} } }, 'scale');
    expect(await drift([released], live)).toMatchObject([
      { fields: [{ path: 'spec.replicas', released: 2, live: 7, manager: 'kubectl (scale)' }] },
    ]);
  });

  test('returns a variable that kubectl edit added, although an apply would not remove it, with secrets masked', async () => {
    const added = [
      { name: 'DEBUG', value: '1' },
      { name: 'API_TOKEN', value: 'hunter2' },
    ];
    const live = deployment({ replicas: 2, template: { spec: { containers: [container('a:1', added)] } } });
    const variable = { 'f:name': {}, 'f:value': {} };
    const env = { 'f:env': { 'k:{"name":"DEBUG"}': variable, 'k:{"name":"API_TOKEN"}': variable } };
    const found = await drift([released], owned(live, 'kubectl-edit', inContainer(env)));
    expect(found[0]?.fields).toContainEqual({
      path: 'spec.template.spec.containers[api].env[DEBUG].value',
      released: undefined,
      live: '1',
      manager: 'kubectl-edit',
    });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('returns a removed variable without a manager', async () => {
    const wanted = deployment({ replicas: 2, template: { spec: { containers: [container('a:1', [{ name: 'MODE', value: 'calm' }])] } } });
    expect(await drift([wanted], released)).toMatchObject([
      { fields: [{ path: 'spec.template.spec.containers[api].env[MODE]', live: undefined, manager: undefined }] },
    ]);
  });

  test('returns an object that was created again with other immutable fields', async () => {
    const cluster = clusterWith(released);
    const immutable = { reason: 'FieldValueInvalid', field: 'spec.selector', message: 'field is immutable' };
    const rejecting: Cluster = {
      ...cluster,
      apply: () => Promise.reject(new ApiError(422, { code: 422, message: 'invalid', details: { causes: [immutable] } })),
    };
    expect(await detectDrift(rejecting, namespace, [{ chart: 'service', objects: [released] }])).toMatchObject([
      { object: 'Deployment/api', state: 'changed', fields: [{ path: 'spec.selector', live: 'field is immutable' }] },
    ]);
  });

  test.each([
    ['within its bounds, nothing', 4, []],
    ['0, which switches it off', 0, [{ path: 'spec.replicas', released: '2 to 9', live: 0 }]],
    ['more than it may', 10, [{ path: 'spec.replicas', released: '2 to 9', live: 10 }]],
  ])('ignores replicas within the limits of an autoscaler: %s', async (_what, replicas, expected) => {
    const live = owned(deployment({ ...Object(released.spec), replicas }), 'kubectl', { 'f:spec': { 'f:replicas': {} } }, 'scale');
    const found = await drift([released, scaler(2, 9)], live, scaler(2, 9));
    expect(found.flatMap(({ fields }) => fields)).toMatchObject(expected);
  });

  test('ignores fields of controllers, restart annotations, status and deleted Jobs', async () => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-02' };
    const live: KubeObject = {
      ...deployment({ replicas: 2, paused: false, template: { metadata: { annotations }, spec: { containers: [container('a:1')] } } }),
      status: { replicas: 1 },
    };
    const restarted = { 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } } } };
    const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace } };
    expect(await drift([released, job], owned(live, 'kubectl-rollout', restarted))).toEqual([]);
    expect(await drift([released], owned(live, 'some-operator', { 'f:spec': { 'f:paused': {} } }))).toEqual([]);
  });
});
