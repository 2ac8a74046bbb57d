import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../cluster/objects.ts';
import { fieldManagers, lastWriter } from './field-managers.ts';

/** As an API server records it: the release is applied, then `kubectl set image`, `kubectl scale`, and a controller's status. */
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'api',
    labels: { 'app.kubernetes.io/name': 'x' },
    finalizers: ['shop/guard'],
    managedFields: [
      {
        manager: 'leyenda',
        operation: 'Apply',
        time: '2026-01-01T00:00:00Z',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} }, 'f:finalizers': { 'v:"shop/guard"': {} } },
          'f:spec': {
            'f:template': {
              'f:spec': {
                'f:containers': {
                  'k:{"name":"api"}': {
                    '.': {},
                    'f:name': {},
                    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      },
      {
        manager: 'kubectl-set',
        time: '2026-01-02T00:00:00Z',
        fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"api"}': { 'f:image': {} } } } } } },
      },
      { manager: 'kubectl', subresource: 'scale', time: '2026-01-03T00:00:00Z', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      { manager: 'kube-controller-manager', subresource: 'status', time: '2026-01-04T00:00:00Z', fieldsV1: { 'f:status': {} } },
    ],
  },
  spec: {
    replicas: 5,
    template: { spec: { containers: [{ name: 'api', image: 'a:2', ports: [{ containerPort: 80, protocol: 'TCP' }] }] } },
  },
};
const managers = fieldManagers(deployment, deployment);

describe('fieldManagers', () => {
  test('reads managedFields, latest first, with the current values', () => {
    expect(managers.map(({ name, fields }) => [name, Object.fromEntries(fields)])).toEqual([
      ['kubectl (scale)', { 'spec.replicas': 5 }],
      ['kubectl-set', { 'spec.template.spec.containers[api].image': 'a:2' }],
      [
        'leyenda',
        {
          'metadata.labels.app.kubernetes.io/name': 'x',
          'metadata.finalizers[0]': 'shop/guard',
          'spec.template.spec.containers[api].name': 'api',
          'spec.template.spec.containers[api].ports[0].containerPort': 80,
        },
      ],
    ]);
  });

  test.each([
    ['the field itself', 'spec.replicas', 'kubectl (scale)'],
    ['what is within it', 'spec.template.spec.containers[api]', 'kubectl-set'],
    ['what it is within', 'spec.template.spec.containers[api].ports[0].containerPort.x', 'leyenda'],
    ['nothing like it', 'spec.template.spec.container', undefined],
    ['a field with the same prefix', 'spec.replicasMore', undefined],
  ])('finds the last writer of %s', (_what, path, writer) => expect(lastWriter(path, managers)).toBe(writer));
});
