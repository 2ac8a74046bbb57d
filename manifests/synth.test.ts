import { describe, expect, test } from '@jest/globals';
import { endpoints } from '../contract/endpoints/index.ts';
import { healthCheckAgent } from '../contract/health-checks.ts';
import { metadataKeys, names, product } from '../contract/product.ts';
import { isSecret, type Setting, settingNames, settings } from '../contract/settings.ts';
import { timings } from '../contract/timings.ts';
import { probes } from './constructs/probes.ts';
import { deploymentNames, type environmentNames } from './environments/index.ts';
import type { KubernetesObject } from './kubernetes/object.ts';
import { render, synthesize } from './synth.ts';

const digest = `ghcr.io/leyenda/api@sha256:${'a'.repeat(64)}`;
const objectsOf = (...given: Parameters<typeof synthesize>) => synthesize(...given).flatMap(({ objects }) => objects);

/** The only object of a kind whose name starts with `name`. */
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
  test('is deterministic', () => {
    for (const name of deploymentNames) expect(synthesize(name).map(render)).toEqual(synthesize(name).map(render));
  });

  test('sets the given image in every workload of the service', () => {
    const objects = objectsOf('production', { image: digest });
    const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
    expect(workloads.map(({ metadata }) => metadata.labels?.[metadataKeys.component])).toEqual(['migrate', 'api', 'graphql', 'worker']);
    for (const workload of workloads) expect(workload).toMatchObject({ spec: { template: { spec: { containers: [{ image: digest }] } } } });
  });

  test('creates another release and migration for another image, with the same configuration', () => {
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

test('staging and production can be in one cluster: no two objects have one identity and different content', () => {
  const identity = ({ apiVersion, kind, metadata: { namespace = '', name } }: KubernetesObject) =>
    `${apiVersion} ${kind} ${namespace}/${name}`;
  const production = new Map(objectsOf('production').map((object) => [identity(object), object]));
  const shared = objectsOf('staging').filter((object) => production.has(identity(object)));
  for (const object of shared) expect(object).toEqual(production.get(identity(object)));
  // Priority classes are cluster-scoped and the same in both.
  expect(new Set(shared.map(({ kind }) => kind))).toEqual(new Set(['PriorityClass']));
});

describe('the API workload', () => {
  const deployment = one(objectsOf('production'), 'Deployment', names.api);

  test('has the probes of the contract, which name themselves', () => {
    const probe = (name: keyof typeof probes) => {
      const { endpoint, ...rest } = probes[name];
      const httpHeaders = [{ name: 'User-Agent', value: healthCheckAgent }];
      return { httpGet: { path: endpoints[endpoint].path, port: 'http', httpHeaders }, ...rest };
    };
    const container = { startupProbe: probe('startup'), livenessProbe: probe('liveness'), readinessProbe: probe('readiness') };
    expect(deployment).toMatchObject({ spec: { template: { spec: { containers: [container] } } } });
  });

  test('has the grace period and preStop sleep of the contract, in the YAML too', () => {
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

  test('stops no pod before its replacement is ready, and leaves replicas to the autoscaler', () => {
    expect(deployment).toMatchObject({ spec: { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } } });
    expect(Object(deployment.spec)).not.toHaveProperty('replicas');
    expect(one(objectsOf('production'), 'HorizontalPodAutoscaler', names.autoscalers.api)).toMatchObject({
      spec: { minReplicas: 3, maxReplicas: 20 },
    });
  });

  test('requests 250m CPU and 512Mi memory, runs as user 1001, and is spread over zones and nodes', () => {
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

  test('reads every secret by reference, optional unless the contract requires it', () => {
    const env: { name: string; valueFrom?: { secretKeyRef?: { optional?: boolean } } }[] = Object(deployment.spec).template.spec
      .containers[0].env;
    const references = env.filter(({ valueFrom }) => valueFrom?.secretKeyRef);
    // Production declares no error reports.
    const read = settingNames.filter(
      (name) => name !== 'SENTRY_DSN' && isSecret(name) && (settings[name] satisfies Setting).roles.some((role) => role === 'api'),
    );
    // The kubelet composes the pooler's URL from the password: see manifests/constructs/secret-variables.ts.
    const expected = read.map((name) => (name === 'DATABASE_URL' ? 'DATABASE_PASSWORD' : name));
    expect(references.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    expect(references.filter(({ valueFrom }) => !valueFrom?.secretKeyRef?.optional).map(({ name }) => name)).toEqual([
      'DATABASE_PASSWORD',
      'REDIS_URL',
      'SECRET_KEY',
    ]);
  });
});

describe('an environment', () => {
  test('has a labelled namespace that enforces Pod Security restricted', () => {
    const labels = { name: product.name, environment: 'production', 'pod-security.kubernetes.io/enforce': 'restricted' };
    expect(one(objectsOf('production'), 'Namespace')).toMatchObject({ metadata: { name: product.name, labels } });
  });

  test('has a quota that fits a rolling update at maximum scale', () => {
    const { pods } = Object(one(objectsOf('production'), 'ResourceQuota').spec).hard;
    expect(Number(pods)).toBeGreaterThanOrEqual(2 * (20 + 6 + 8) + 1);
  });

  test('has a CloudNativePG cluster in production and a StatefulSet in local', () => {
    const kinds = (name: 'local' | 'production') => new Set(objectsOf(name).map(({ kind }) => kind));
    expect(kinds('local')).toContain('StatefulSet');
    expect(kinds('local')).not.toContain('PodMonitor');
    expect(kinds('production')).not.toContain('StatefulSet');
    expect(kinds('production')).toContain('PrometheusRule');
  });
});
