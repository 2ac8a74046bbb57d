import { describe, expect, test } from '@jest/globals';
import { objectiveWindowDays } from '../../contract/objectives.ts';
import { metadataKeys, names } from '../../contract/product.ts';
import { heartbeat } from '../environments/defaults.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { validateEnvironment } from '../environments/validate-environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { policies } from '../policies/index.ts';
import { synthesizeEnvironment } from '../synth.ts';

const charts = synthesizeEnvironment(local);
const of = (chart: string) => charts.filter((each) => each.chart === chart).flatMap(({ objects }) => objects);
const monitoring = of('monitoring');
const named = (kind: string, name: string) => monitoring.find((object) => object.kind === kind && object.metadata.name === name);
const podOf = (component: string) => Object(named('StatefulSet', component)?.spec).template.spec;
const componentOf = ({ metadata }: KubernetesObject) => metadata.labels?.[metadataKeys.component];

describe('bundled monitoring', () => {
  test('has a namespace of its own with Pod Security restricted and default-deny', () => {
    const labels = { name: 'monitoring', 'pod-security.kubernetes.io/enforce': 'restricted' };
    expect(named('Namespace', 'monitoring')?.metadata).toEqual({ name: 'monitoring', labels: expect.objectContaining(labels) });
    expect(named('NetworkPolicy', `${names.prefix}-default-deny`)).toMatchObject({
      metadata: { namespace: 'monitoring' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  });

  test('runs one StatefulSet and one Service per component', () => {
    const all = [
      'alertmanager',
      'alloy',
      'grafana',
      'jaeger',
      'loki',
      'node-exporter',
      'postgres-exporter',
      'prometheus',
      'redis-exporter',
    ];
    const found = (kind: string) =>
      monitoring
        .filter((object) => object.kind === kind && object.metadata.namespace === 'monitoring')
        .map(({ metadata }) => metadata.name);
    expect(found('StatefulSet').toSorted()).toEqual(all);
    expect(found('Service').toSorted()).toEqual(all);
  });

  test('gives a token and permissions only to components that call the Kubernetes API, in the service’s namespace', () => {
    const holders = monitoring.filter(({ kind, metadata }) => kind === 'StatefulSet' && podOf(metadata.name).automountServiceAccountToken);
    expect(holders.map(componentOf)).toEqual(['alloy']);
    const roles = monitoring.filter(({ kind }) => kind === 'Role');
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual([local.namespace]);
    const verbs = new Set(roles.flatMap(({ rules }) => Object.values(Object(rules))).flatMap((rule) => Object(rule).verbs));
    expect([...verbs]).toEqual(['get', 'list', 'watch']);
    expect(monitoring.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
  });

  test('has a Service per role that resolves to all its pods, ready or not', () => {
    const services = monitoring.filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === local.namespace);
    expect(services.map(({ metadata }) => metadata.name)).toEqual(Object.values(names.metrics));
    for (const { spec } of services)
      expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ port: 9090 }] });
  });

  test('deletes the oldest metrics before the volume of 10Gi is full, and none that the objectives count', () => {
    const { args } = podOf('prometheus').containers[0];
    expect(args).toEqual(expect.arrayContaining(['--storage.tsdb.retention.size=8192MB', '--storage.tsdb.retention.time=31d']));
    const monitoring = { ...local.monitoring, retentionDays: objectiveWindowDays };
    expect(validateEnvironment({ ...local, monitoring }).join()).toMatch(/retentionDays.* must be a whole number from 31/);
  });

  test('reads the Grafana password from the Secret, and allows no sign-up', () => {
    const [{ env }] = podOf('grafana').containers;
    expect(env).toEqual(
      expect.arrayContaining([
        {
          name: 'GF_SECURITY_ADMIN_PASSWORD',
          valueFrom: { secretKeyRef: { name: names.monitoring, key: 'GF_SECURITY_ADMIN_PASSWORD' } },
        },
        { name: 'GF_USERS_ALLOW_SIGN_UP', value: 'false' },
        { name: 'GF_AUTH_ANONYMOUS_ENABLED', value: 'false' },
      ]),
    );
  });

  test('restarts Prometheus if a rule changes', () => {
    const { api, graphql, worker } = local.workloads;
    const more = { ...api, resources: { ...api.resources, limits: { cpu: '2', memory: '1Gi' } } };
    const changed = synthesizeEnvironment({ ...local, workloads: { api: more, ...(graphql && { graphql }), ...(worker && { worker }) } });
    const podIn = (objects: readonly KubernetesObject[]) =>
      Object(objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'prometheus')?.spec).template.metadata
        .annotations;
    expect(podIn(changed.flatMap(({ objects }) => objects))).not.toEqual(podIn(monitoring));
  });

  test('allows only Prometheus of that namespace to connect to the service', () => {
    const policy = of('service').find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === `${names.prefix}-api`);
    const from = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    const podSelector = { matchLabels: { [metadataKeys.partOf]: names.prefix, [metadataKeys.component]: 'prometheus' } };
    expect(Object(policy?.spec).ingress).toContainEqual({
      from: [{ ...from, podSelector }],
      ports: [{ protocol: 'TCP', port: local.ports.metrics }],
    });
  });

  test('a missing token, or that of the default account, is rejected', () => {
    const broken = (change: (pod: Record<string, unknown>) => void) => {
      const copy = structuredClone(monitoring);
      change(Object(copy.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'alloy')?.spec).template.spec);
      return policies.podSecurity?.(copy, local).join('\n');
    };
    expect(broken(() => {})).toBe('');
    expect(broken((pod) => Reflect.set(pod, 'automountServiceAccountToken', false))).toMatch(
      /StatefulSet\/alloy mounts no service account token, but the contract declares a connection from alloy to kubernetes/,
    );
    expect(broken((pod) => Reflect.deleteProperty(pod, 'serviceAccountName'))).toMatch(/token of the service account "default"/);
  });
});

describe('monitoring by the Prometheus operator', () => {
  const objects = (environment: typeof production) =>
    synthesizeEnvironment(environment)
      .filter(({ chart }) => chart === 'observability')
      .flatMap((chart) => chart.objects);
  const kinds = (environment: typeof production) => objects(environment).map(({ kind }) => kind);

  test('has a PodMonitor per role, the rules, and the dashboard', () => {
    expect(kinds(production)).toEqual(['PodMonitor', 'PodMonitor', 'PodMonitor', 'PrometheusRule', 'AlertmanagerConfig', 'ConfigMap']);
    expect(objects(production).at(-1)?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(objects(production)[0]).toMatchObject({
      spec: { jobLabel: metadataKeys.partOf, podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '5s' }] },
    });
  });

  test('labels every alert with its namespace, which an AlertmanagerConfig of the operator requires', () => {
    const rule = objects(production).find(({ kind }) => kind === 'PrometheusRule');
    const namespaces = Object(rule?.spec).groups.flatMap(({ rules }: { rules: { labels: { namespace?: string } }[] }) =>
      rules.map(({ labels }) => labels.namespace),
    );
    expect(new Set(namespaces)).toEqual(new Set([production.namespace]));
  });

  test('has an AlertmanagerConfig with credentials by reference', () => {
    const notify = { critical: [{ kind: 'webhook' }], warning: [{ kind: 'slack', channel: '#ops' }], heartbeat } as const;
    const observability = objects({ ...production, monitoring: { ...production.monitoring, notify } });
    const secret = (key: string) => ({ name: names.monitoring, key });
    expect(observability.find(({ kind }) => kind === 'AlertmanagerConfig')).toMatchObject({
      spec: {
        receivers: [
          { name: 'critical', webhookConfigs: [{ urlSecret: secret('ALERT_WEBHOOK_URL') }] },
          { name: 'warning', slackConfigs: [{ apiURL: secret('ALERT_SLACK_URL'), channel: '#ops' }] },
          { name: 'heartbeat', webhookConfigs: [{ urlSecret: secret('ALERT_HEARTBEAT_URL'), sendResolved: false }] },
        ],
      },
    });
  });
});
