import { describe, expect, test } from '@jest/globals';
import { endpoints } from '../contract/endpoints/index.ts';
import { metadataKeys, names } from '../contract/product.ts';
import { isSecret, type Setting, settingNames, settings } from '../contract/settings.ts';
import { timings } from '../contract/timings.ts';
import { probes } from './constructs/probes.ts';
import { deploymentNames, type environmentNames } from './environments/index.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { render, synthesize } from './synth.ts';

const digest = `ghcr.io/leyenda/api@sha256:${'a'.repeat(64)}`;
const objectsOf = (...given: Parameters<typeof synthesize>) => synthesize(...given).flatMap(({ objects }) => objects);

/** Of one kind; fails where there is not exactly one with that name. */
function one(objects: readonly KubernetesObject[], kind: string, name = ''): KubernetesObject {
  const [found, ...more] = objects.filter((object) => object.kind === kind && object.metadata.name.startsWith(name));
  if (!found || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} objects ${kind} ${name}`);
  return found;
}
const yaml = (environment: (typeof environmentNames)[number], chart: string) =>
  synthesize(environment)
    .filter((each) => each.chart === chart)
    .map(render)
    .join('');

describe('synth', () => {
  test('gives the same bytes twice', () => {
    for (const name of deploymentNames) expect(synthesize(name).map(render)).toEqual(synthesize(name).map(render));
  });

  test('runs the image that it is given in every workload of ours', () => {
    const objects = objectsOf('production', { image: digest });
    const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
    expect(workloads.map(({ metadata }) => metadata.labels?.[metadataKeys.component])).toEqual(['migrate', 'api', 'graphql', 'worker']);
    for (const workload of workloads) expect(workload).toMatchObject({ spec: { template: { spec: { containers: [{ image: digest }] } } } });
  });

  test('another image makes another release and another migration, and leaves the configuration', () => {
    const [before, after] = [objectsOf('staging'), objectsOf('staging', { image: digest })];
    const release = (objects: readonly KubernetesObject[]) =>
      JSON.stringify(one(objects, 'Deployment', names.api).spec).match(new RegExp(`${metadataKeys.release}":"([0-9a-f]{10})`))?.[1];
    expect(release(after)).toBeDefined();
    expect(release(after)).not.toBe(release(before));
    expect(one(after, 'Job').metadata.name).not.toBe(one(before, 'Job').metadata.name);
    expect(one(after, 'ConfigMap', `${names.config}-api`).metadata.name).toBe(
      one(before, 'ConfigMap', `${names.config}-api`).metadata.name,
    );
  });
});

describe('the API workload', () => {
  const deployment = one(objectsOf('production'), 'Deployment', names.api);

  test('is probed where the contract says', () => {
    const probe = (name: keyof typeof probes) => {
      const { endpoint, ...rest } = probes[name];
      return { httpGet: { path: endpoints[endpoint].path, port: 'http' }, ...rest };
    };
    const container = { startupProbe: probe('startup'), livenessProbe: probe('liveness'), readinessProbe: probe('readiness') };
    expect(deployment).toMatchObject({ spec: { template: { spec: { containers: [container] } } } });
  });

  test('leaves as the contract times it, in what is written too', () => {
    expect(deployment).toMatchObject({
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: timings.terminationGrace,
            containers: [{ lifecycle: { preStop: { sleep: { seconds: timings.preStop } } } }],
          },
        },
      },
    });
    expect(yaml('production', 'service')).toMatch(new RegExp(`preStop:\\s+sleep:\\s+seconds: ${timings.preStop}\\n`));
  });

  test('takes nothing away before its successor is ready, and leaves replicas to the autoscaler', () => {
    expect(deployment).toMatchObject({ spec: { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } } });
    expect(Object(deployment.spec)).not.toHaveProperty('replicas');
    expect(one(objectsOf('production'), 'HorizontalPodAutoscaler', names.autoscalers.api)).toMatchObject({
      spec: { minReplicas: 3, maxReplicas: 20 },
    });
  });

  test('asks for what guide row K8-08 says, as user 1001, spread over zones and hosts', () => {
    expect(deployment).toMatchObject({
      spec: {
        template: {
          spec: {
            securityContext: { runAsUser: 1001 },
            topologySpreadConstraints: [{ topologyKey: 'topology.kubernetes.io/zone' }, { topologyKey: 'kubernetes.io/hostname' }],
            containers: [{ resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } } }],
          },
        },
      },
    });
  });

  test('reads every secret by reference, optional exactly where the contract does not require it', () => {
    const env: { name: string; valueFrom?: { secretKeyRef?: { optional?: boolean } } }[] = Object(deployment.spec).template.spec
      .containers[0].env;
    const references = env.filter(({ valueFrom }) => valueFrom?.secretKeyRef);
    const read = settingNames.filter((name) => isSecret(name) && (settings[name] satisfies Setting).roles.some((role) => role === 'api'));
    // The URL of the pooler is put together by the kubelet: see manifests/constructs/secret-variables.ts.
    const expected = read.map((name) => (name === 'DATABASE_URL' ? 'DATABASE_PASSWORD' : name));
    expect(references.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    expect(references.filter(({ valueFrom }) => !valueFrom?.secretKeyRef?.optional).map(({ name }) => name)).toEqual([
      'DATABASE_PASSWORD',
      'REDIS_URL',
      'SECRET_KEY',
    ]);
  });
});

describe('around the workload', () => {
  test('the namespace enforces Pod Security restricted and bears the labels of guide row K8-01', () => {
    const labels = { name: 'instagram-captions', environment: 'production', 'pod-security.kubernetes.io/enforce': 'restricted' };
    expect(one(objectsOf('production'), 'Namespace')).toMatchObject({ metadata: { name: 'instagram-captions', labels } });
  });

  test('the quota has room for a rolling update at the largest scale', () => {
    const { pods } = Object(one(objectsOf('production'), 'ResourceQuota').spec).hard;
    expect(Number(pods)).toBeGreaterThanOrEqual(2 * (20 + 6 + 8) + 1);
  });

  test('an operator keeps the database of production, a StatefulSet that of local', () => {
    const kinds = (name: 'local' | 'production') => new Set(objectsOf(name).map(({ kind }) => kind));
    expect(kinds('local')).toContain('StatefulSet');
    expect(kinds('local')).not.toContain('PodMonitor');
    expect(kinds('production')).not.toContain('StatefulSet');
    expect(kinds('production')).toContain('PrometheusRule');
  });
});
