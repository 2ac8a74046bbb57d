import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { preventia } from '../environments/reference-preventia.ts';
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

  test.each([
    [
      'scraper',
      '(max(instagram_captions_news_fetch_queue{namespace="preventia",state="waiting"}) + max(instagram_captions_news_fetch_queue{namespace="preventia",state="active"}))',
    ],
    ['analytics', 'max(instagram_captions_news_analysis_queue{namespace="preventia"})'],
  ])('of the role %s grows with the queue of that role', (role, query) => {
    const scaler = synthesizeEnvironment(preventia)
      .flatMap((chart) => chart.objects)
      .find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === `preventia-${role}-hpa`);
    expect(scaler?.spec).toMatchObject({ triggers: [{ type: 'prometheus', metadata: { query } }, { type: 'cpu' }, { type: 'memory' }] });
  });

  test('is rejected if the role has no queue', () => {
    const { api } = production.workloads;
    const workloads = { ...production.workloads, api: { ...api, scaling: { ...api.scaling, itemsPerReplica: 1 } } };
    expect(() => synthesizeEnvironment({ ...production, workloads })).toThrow(
      /^service\/api-autoscaler: api of production has no queue: remove itemsPerReplica$/m,
    );
  });

  test('is rejected if Prometheus is bundled, because its network policies do not let KEDA in', () =>
    expect(() => synthesizeEnvironment({ ...production, monitoring: local.monitoring })).toThrow(
      /^service\/worker-autoscaler: worker of production scales by the queue, .* but its monitoring is bundled: use monitoring of the kind operator$/m,
    ));
});
