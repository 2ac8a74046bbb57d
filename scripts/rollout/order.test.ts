import { describe, expect, test } from '@jest/globals';
import { stepsOf } from './order.ts';

const object = (kind: string, name = kind.toLowerCase()) => ({ apiVersion: 'v1', kind, metadata: { name } });

describe('the order of a rollout', () => {
  test('charts go data, service, edge, observability; the platform and what watches it are left to the administrator', () => {
    const charts = ['platform', 'monitoring', 'observability', 'edge', 'service', 'data'].map((chart) => ({
      chart,
      objects: [object('Service')],
    }));
    expect(stepsOf(charts).map(({ chart }) => chart)).toEqual(['data', 'service', 'edge', 'observability']);
  });

  test('within a chart configuration comes first, then the migration, then what runs', () => {
    const kinds = ['HorizontalPodAutoscaler', 'Deployment', 'Job', 'Service', 'NetworkPolicy', 'ConfigMap'];
    const steps = stepsOf([{ chart: 'service', objects: kinds.map((kind) => object(kind)) }]);
    expect(steps.map(({ stage, objects }) => [stage, objects.map(({ kind }) => kind)])).toEqual([
      ['configure', ['NetworkPolicy', 'ConfigMap']],
      ['migrate', ['Job']],
      ['run', ['Service', 'Deployment', 'HorizontalPodAutoscaler']],
    ]);
  });

  test('the same objects in another order give the same steps', () => {
    const objects = [object('ConfigMap', 'b'), object('ConfigMap', 'a'), object('Gateway'), object('HTTPRoute')];
    expect(stepsOf([{ chart: 'edge', objects }])).toEqual(stepsOf([{ chart: 'edge', objects: objects.toReversed() }]));
  });
});
