import { describe, expect, test } from '@jest/globals';
import type { IpFamily } from '../environments/cluster-properties.ts';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { capibara6 } from '../environments/reference-capibara6.ts';
import { instagramCaptions } from '../environments/reference-instagram-captions.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { synthesizeEnvironment } from '../synth.ts';

const objectsOf = (environment: Environment) => synthesizeEnvironment(environment).flatMap(({ objects }) => objects);
const textOf = (environment: Environment) => JSON.stringify(objectsOf(environment));
const withFamilies = (environment: Environment, ...[first, ...rest]: [IpFamily, ...IpFamily[]]): Environment => ({
  ...environment,
  cluster: { ipFamilies: [first, ...rest] },
});

describe('IP families', () => {
  test.each<[[IpFamily, ...IpFamily[]], object]>([
    [['IPv6'], { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }],
    [['IPv4', 'IPv6'], { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }],
  ])('%j: every Service has them, and every process listens on ::', (families, expected) => {
    for (const environment of [local, instagramCaptions]) {
      const objects = objectsOf(withFamilies(environment, ...families));
      const services = objects.filter(({ kind }) => kind === 'Service');
      expect(services.length).toBeGreaterThan(0);
      for (const service of services) expect(service).toMatchObject({ spec: expected });
      const hosts = objects.flatMap(({ data }) => Object.entries(Object(data)).filter(([name]) => name === 'HOST'));
      expect(new Set(hosts.map(([, host]) => host))).toEqual(new Set(['::']));
      // Networks of policies are no addresses to listen on.
      expect(JSON.stringify(objects).match(/(?<!\d)0\.0\.0\.0(?!\/0)/)).toBeNull();
    }
  });

  test('are the choice of the cluster unless declared', () => {
    expect(textOf(local)).not.toContain('ipFamil');
    expect(textOf(local)).toContain('"HOST":"0.0.0.0"');
  });

  test('with IPv6 reject a HOST that accepts IPv4 only', () => {
    const environment = withFamilies({ ...production, config: { ...production.config, HOST: '0.0.0.0' } }, 'IPv6');
    expect(() => synthesizeEnvironment(environment)).toThrow(
      'service: HOST (0.0.0.0) does not accept the IPv6 connections of "cluster.ipFamilies": remove it, which listens on ::',
    );
  });

  test('are rejected if one is declared twice', () => {
    expect(() => synthesizeEnvironment(withFamilies(production, 'IPv6', 'IPv6'))).toThrow(
      'environment production: cluster.ipFamilies has a value twice: remove one',
    );
  });
});

/** Values of a field anywhere in objects. */
const valuesOf = (field: string, value: unknown): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => (key === field ? [inner] : valuesOf(field, inner)));

describe('A storage class', () => {
  test('is that of every volume, of the database, its dumps and the monitoring stack', () => {
    for (const environment of [local, production]) {
      const objects = objectsOf({ ...environment, cluster: { storageClass: 'fast' } });
      const sizes = valuesOf('storage', objects).filter((storage) => typeof storage !== 'object');
      const classes = [...valuesOf('storageClassName', objects), ...valuesOf('storageClass', objects)];
      expect(classes).toEqual(Array(environment === local ? sizes.length : 1).fill('fast'));
    }
    expect(textOf(local)).not.toContain('storageClass');
  });
});

describe('Secrets for pulling images', () => {
  test('are those of every pod, and of those that CloudNativePG creates', () => {
    for (const environment of [local, production, instagramCaptions]) {
      const objects = objectsOf({ ...environment, cluster: { imagePullSecrets: ['registry'] } });
      const pods = workloadsIn(objects).length + objects.filter(({ kind }) => ['Cluster', 'Pooler'].includes(kind)).length;
      expect(valuesOf('imagePullSecrets', objects)).toEqual(Array(pods).fill([{ name: 'registry' }]));
    }
  });
});

describe('Labels for the Prometheus operator', () => {
  test('are those of every monitor, rule and configuration', () => {
    const { monitoring } = production;
    if (monitoring.kind !== 'operator') throw new Error('production has a bundled Prometheus');
    const labels = { release: 'kube-prometheus-stack' };
    const objects = objectsOf({ ...production, monitoring: { ...monitoring, labels } });
    const selected = objects.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'));
    expect(new Set(selected.map(({ kind }) => kind))).toEqual(new Set(['PodMonitor', 'PrometheusRule', 'AlertmanagerConfig']));
    for (const { metadata } of selected) expect(metadata.labels).toMatchObject(labels);
  });
});

describe('A text model', () => {
  const vllm = { kind: 'in-cluster', service: 'vllm', namespace: 'models', labels: { app: 'vllm' }, port: 8000 } as const;
  const configured =
    (url: string, fields: Partial<Environment> = {}) =>
    () =>
      synthesizeEnvironment({ ...production, config: { ...production.config, OPENAI_BASE_URL: url }, ...fields });

  test.each(['http://vllm.models:8000/v1', 'http://vllm.models.svc:8000/v1', 'http://vllm.models.svc.cluster.local:8000/v1'])(
    'at %s is accepted if its Service is declared',
    (url) => {
      expect(configured(url, { models: [vllm] })).not.toThrow();
    },
  );

  test.each([
    ['http://vllm:8000/v1', 'is inside the cluster'],
    ['http://vllm.other.svc:8000/v1', 'is inside the cluster'],
    ['http://vllm.models.svc:8001/v1', 'is inside the cluster'],
    ['https://10.1.2.3/v1', 'is at a private address'],
    ['https://169.254.1.1/v1', 'is at a private address'],
    ['https://[fd00::1]/v1', 'is an IPv6 address'],
    ['http://llm.example/v1', 'is on port 80, not 443'],
  ])('at %s is rejected without that declaration', (url, reason) => {
    expect(configured(url, { models: [vllm] })).toThrow(`the text model of OPENAI_BASE_URL (${url}) ${reason}`);
  });

  test.each(['https://llm.example/v1', 'https://203.0.113.10/v1'])('at %s, which is public, needs no declaration', (url) => {
    expect(configured(url)).not.toThrow();
  });

  test('in the namespace of the service is rejected, because its default-deny policy also isolates the model', () => {
    expect(() => synthesizeEnvironment({ ...capibara6, models: [{ ...vllm, namespace: 'capibara6' }] })).toThrow(
      'models[0].namespace (capibara6) is that of the service, whose default-deny policy also isolates the model',
    );
  });
});

describe('A collector of traces', () => {
  const collector = { kind: 'in-cluster', service: 'collector', namespace: 'telemetry', labels: { app: 'collector' }, port: 4318 } as const;
  const configured =
    (environment: Environment, url: string, fields: Partial<Environment> = {}) =>
    () =>
      synthesizeEnvironment({ ...environment, config: { ...environment.config, OTEL_EXPORTER_OTLP_ENDPOINT: url }, ...fields });

  test('is accepted if it is declared, and rejected without that declaration', () => {
    const url = 'http://collector.telemetry.svc:4318';
    expect(configured(production, url, { traces: collector })).not.toThrow();
    expect(configured(production, url)).toThrow(
      `the collector of OTEL_EXPORTER_OTLP_ENDPOINT (${url}) is not declared, so the network policies deny it: declare it in "traces"`,
    );
    expect(configured(production, 'http://collector.telemetry.svc:4317', { traces: collector })).toThrow('is not declared');
  });

  test('needs no declaration if it is the Jaeger of the bundled stack', () => {
    expect(configured(local, 'http://jaeger.monitoring.svc:4318')).not.toThrow();
    expect(configured(local, 'http://jaeger.elsewhere.svc:4318')).toThrow('is not declared');
  });

  test('is rejected if it is declared and not used', () => {
    expect(() => synthesizeEnvironment({ ...production, traces: collector })).toThrow(
      'traces is not used: set OTEL_EXPORTER_OTLP_ENDPOINT',
    );
  });
});
