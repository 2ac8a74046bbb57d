import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../cluster/objects.ts';
import { assertUnmoved } from '../apply/apply-object.ts';
import { itemsToPrune, versionOf, withoutScaledReplicas } from './deploy-plan.ts';

const deployment = (replicas?: number, image = 'a:1'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api', namespace: 'n' },
  spec: { ...(replicas === undefined ? {} : { replicas }), image },
});
const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'hpa' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' } },
};
const step = (...objects: KubeObject[]) => ({ chart: 'service', stage: 'run', objects }) as const;

describe('withoutScaledReplicas', () => {
  test('removes the replicas only of workloads that an autoscaler scales', () => {
    expect(withoutScaledReplicas([step(deployment(3), autoscaler)])[0]?.objects[0]?.spec).toEqual({ image: 'a:1' });
    expect(withoutScaledReplicas([step(deployment(3))])[0]?.objects[0]?.spec).toEqual({ replicas: 3, image: 'a:1' });
  });
});

describe('itemsToPrune', () => {
  const item = (kind: string, name: string) => ({ apiVersion: 'v1', kind, name, namespace: 'n', uid: `${kind}-${name}` });

  test('returns applied objects that the release no longer contains, but never volumes, definitions or namespaces', () => {
    const inventory = [
      { ...item('Deployment', 'api'), apiVersion: 'apps/v1' },
      item('ConfigMap', 'old'),
      item('PersistentVolumeClaim', 'data'),
      item('CustomResourceDefinition', 'things'),
      item('Namespace', 'n'),
    ];
    expect(itemsToPrune([step(deployment())], inventory).map(({ name }) => name)).toEqual(['old']);
  });

  test('rejects an empty release, which would prune everything', () => {
    expect(() => itemsToPrune([], [item('ConfigMap', 'old')])).toThrow('the release contains no object');
  });
});

describe('assertUnmoved', () => {
  const planned = (live: KubeObject | undefined) => ({
    object: deployment(),
    action: 'update' as const,
    changes: [],
    ...(live === undefined ? {} : { seen: versionOf(live, deployment()) }),
  });

  test.each<[string, KubeObject | undefined, KubeObject | undefined]>([
    ['the object was changed', deployment(2), deployment(2, 'hot:fix')],
    ['another user removed it', deployment(2), undefined],
    ['another user made it', undefined, deployment(2)],
  ])('stops the deploy if %s', (_what, before, now) => {
    expect(() => assertUnmoved(planned(before), now)).toThrow('Deployment/api changed since the plan was made');
  });

  test.each<[string, KubeObject]>([
    ['its status', { ...deployment(2), status: { replicas: 1 } }],
    ['the number that an autoscaler chose', deployment(4)],
  ])('ignores %s', (_what, now) => {
    expect(() => assertUnmoved(planned(deployment(2)), now)).not.toThrow();
  });
});
