import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';

describe('A worker that scales by the queue', () => {
  const objects = synthesizeEnvironment(production).flatMap((chart) => chart.objects);
  const scalers = objects.filter(({ kind }) => kind === 'ScaledObject' || kind === 'HorizontalPodAutoscaler');

  test('is scaled by KEDA only, and the other workloads by their autoscalers', () => {
    expect(scalers.map(({ kind, metadata: { name } }) => `${kind}/${name}`)).toEqual([
      `HorizontalPodAutoscaler/${product.name}-hpa`,
      `HorizontalPodAutoscaler/${product.name}-graphql-hpa`,
      `ScaledObject/${product.name}-worker-hpa`,
    ]);
  });

  test('grows with waiting and active chunks, CPU and memory', () => {
    const metric = (state: string) => `max(instagram_captions_queue_depth{namespace="${product.name}",state="${state}"})`;
    expect(scalers.at(-1)?.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: `${product.name}-worker` },
      minReplicaCount: 3,
      maxReplicaCount: 8,
      triggers: [
        {
          type: 'prometheus',
          metadata: {
            serverAddress: 'http://prometheus-operated.monitoring:9090',
            threshold: '4',
            query: `(${metric('waiting')} + ${metric('active')})`,
          },
        },
        { type: 'cpu', metricType: 'Utilization', metadata: { value: '80' } },
        { type: 'memory', metricType: 'Utilization', metadata: { value: '85' } },
      ],
    });
  });

  test('is rejected if Prometheus is bundled, because its network policies do not let KEDA in', () =>
    expect(() => synthesizeEnvironment({ ...production, monitoring: local.monitoring })).toThrow(
      /^service\/worker-autoscaler: worker of production scales by the queue, .* but its monitoring is bundled: use monitoring of the kind operator$/m,
    ));
});
