import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../cluster/objects.ts';
import { changesBetween } from './object-diff.ts';

const deployment = (image: string, extra: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api' },
  spec: { template: { spec: { containers: [{ name: 'api', image, env: [{ name: 'API_TOKEN', value: image }] }] } } },
  ...extra,
});

describe('changesBetween', () => {
  test('identifies fields by container and variable name, not by position', () => {
    expect(changesBetween(deployment('a:1'), deployment('a:2')).map(({ path }) => path)).toEqual([
      'spec.template.spec.containers[api].env[API_TOKEN].value',
      'spec.template.spec.containers[api].image',
    ]);
  });

  test('masks values of variables with secret names', () => {
    expect(JSON.stringify(changesBetween(deployment('v1'), deployment('v2'))[0])).not.toMatch(/v[12]/);
  });

  test('ignores fields that the API server and its controllers write', () => {
    const live = deployment('a:1', {
      metadata: {
        name: 'api',
        uid: 'u',
        resourceVersion: '7',
        generation: 3,
        managedFields: [],
        creationTimestamp: 'now',
        annotations: { 'deployment.kubernetes.io/revision': '4' },
      },
      status: { replicas: 3 },
    });
    expect(changesBetween(live, deployment('a:1'))).toEqual([]);
  });

  test('includes annotations of users', () => {
    const annotated = deployment('a:1', { metadata: { name: 'api', annotations: { note: 'x' } } });
    expect(changesBetween(annotated, deployment('a:1'))).toHaveLength(1);
  });

  test('returns one change for a new object', () => {
    expect(changesBetween(undefined, deployment('a:1'))).toMatchObject([{ path: '', before: undefined }]);
  });
});
