import { describe, expect, test } from '@jest/globals';
import { synthesize } from '../synth.ts';
import type { ReferenceName } from './index.ts';

const objectsOf = (name: ReferenceName) => synthesize(name).flatMap(({ objects }) => objects);
const named = (name: ReferenceName, kind: string) =>
  objectsOf(name)
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name);
const scaling = (name: ReferenceName) =>
  Object.fromEntries(
    objectsOf(name)
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata, spec }) => {
        const { minReplicas, maxReplicas, metrics } = Object(spec);
        const [cpu, memory] = metrics.map(
          (metric: { resource: { target: { averageUtilization: number } } }) => metric.resource.target.averageUtilization,
        );
        return [metadata.name, { replicas: [minReplicas, maxReplicas], cpu, memory }];
      }),
  );

describe("The guides' own deployments keep the guides' names and numbers", () => {
  test('G0: instagram-captions', () => {
    expect(named('instagram-captions', 'Namespace')).toEqual(['instagram-captions', 'fluent-bit']);
    expect(named('instagram-captions', 'Deployment')).toEqual(['instagram-captions-api']);
    expect(named('instagram-captions', 'Service')).toEqual(['instagram-captions-service']);
    expect(scaling('instagram-captions')).toEqual({ 'instagram-captions-hpa': { replicas: [3, 20], cpu: 70, memory: 80 } });
  });

  test('G1: capibara6', () => {
    expect(named('capibara6', 'Deployment')).toEqual(expect.arrayContaining(['capibara6-api', 'capibara6-graphql', 'capibara6-worker']));
    expect(scaling('capibara6')).toEqual({
      'capibara6-hpa': { replicas: [3, 10], cpu: 70, memory: 80 },
      'capibara6-graphql-hpa': { replicas: [2, 6], cpu: 70, memory: 80 },
      'capibara6-worker-hpa': { replicas: [3, 8], cpu: 80, memory: 85 },
    });
  });

  test('G2: preventia', () => {
    expect(scaling('preventia')).toEqual({ 'api-hpa': { replicas: [2, 10], cpu: 70, memory: 80 } });
    expect(named('preventia', 'Deployment')).toEqual(
      expect.arrayContaining(['preventia-api', 'preventia-scraper', 'preventia-analytics', 'preventia-redis']),
    );
    const analytics = objectsOf('preventia').find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'preventia-analytics');
    expect(analytics).toMatchObject({
      spec: { template: { spec: { containers: [{ resources: { limits: { cpu: '2', memory: '4Gi' } } }] } } },
    });
    const api = objectsOf('preventia').find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'preventia-api');
    const container = { ports: [{ containerPort: 8000 }, {}], resources: { limits: { cpu: '2', memory: '2Gi' } } };
    expect(api).toMatchObject({ spec: { template: { spec: { containers: [container] } } } });
  });

  test('G3: fastapi-stack', () => {
    expect(named('fastapi-stack', 'Service')).toEqual(expect.arrayContaining(['db', 'cache']));
    const api = objectsOf('fastapi-stack').find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'fastapi-api');
    const resources = { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
    expect(api).toMatchObject({ spec: { template: { spec: { containers: [{ resources }] } } } });
  });

  test('a reference with names of its own has no name of the product', () => {
    // Metrics have one name everywhere.
    const text = JSON.stringify(objectsOf('capibara6')).replaceAll(/instagram_captions[:_][\w:]+/g, 'METRIC');
    expect(text.match(/.{40}instagram.{40}/i)).toBeNull();
  });
});
