import { describe, expect, test } from '@jest/globals';
import { names, product } from '../../../contract/product.ts';
import type { Gate, Strategy } from '../../../manifests/environments/strategy.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, type FakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import type { ApiRequest, Transport } from '../../cluster/transport.ts';
import type { PrometheusQuery } from '../../prometheus/query.ts';
import { listAt, numberAt, textAt } from '../../values/json.ts';
import { deploy } from '../deploy/deploy.ts';
import { testOwner } from '../record/testing/owner.ts';
import { defaultTiming } from './canary-objects.ts';

const namespace = 'captions';
const labels = { 'app.kubernetes.io/part-of': product.name, 'app.kubernetes.io/component': 'api' };
const paths = {
  stable: `/apis/apps/v1/namespaces/${namespace}/deployments/${names.api}`,
  canary: `/apis/apps/v1/namespaces/${namespace}/deployments/${names.api}-canary`,
  service: `/api/v1/namespaces/${namespace}/services/${names.services.api}-canary`,
  route: `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${names.route}`,
  scaler: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${names.autoscalers.api}`,
};
const chartsOf = (image: string, host = 'h.example') => [
  {
    chart: 'service',
    objects: [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: names.services.api, namespace, labels }, spec: { selector: labels } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: names.api, namespace, labels },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'api', image }] } },
        },
      },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: names.autoscalers.api, namespace },
        spec: { scaleTargetRef: { kind: 'Deployment', name: names.api }, minReplicas: 1, maxReplicas: 9 },
      },
    ],
  },
  {
    chart: 'edge',
    objects: [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: names.route, namespace },
        spec: { hostnames: [host], rules: [{ backendRefs: [{ name: names.services.api, port: 80 }] }] },
      },
    ],
  },
];

/** Percent of the traffic that a route sends to the canary. */
const weightOf = (route: unknown): number =>
  listAt(listAt(route, 'spec', 'rules')[0], 'backendRefs').reduce<number>(
    (sum, backend) => (textAt(backend, 'name') === `${names.services.api}-canary` ? (numberAt(backend, 'weight') ?? 1) : sum),
    0,
  );
const imageOf = (object: KubeObject | undefined) => textAt(listAt(object, 'spec', 'template', 'spec', 'containers')[0], 'image');

const steps = [
  { weight: 20, soakSeconds: 0.2 },
  { weight: 50, soakSeconds: 0.2 },
] as const;
const gate: Gate = { minRequests: 10, metricsTimeoutSeconds: 0.2 };
const canary: Strategy = { kind: 'canary', steps };
const figures =
  (values: { pods?: number; requests?: number; errors?: number; latency?: number }): PrometheusQuery =>
  async (promql) => {
    const value = promql.startsWith('count(')
      ? values.pods
      : promql.startsWith('histogram')
        ? values.latency
        : promql.includes('5..')
          ? values.errors
          : values.requests;
    const result = value === undefined ? [] : [{ value: [0, String(value)] }];
    return { status: 200, body: { status: 'success', data: { result } } };
  };
const good = { pods: 9, requests: 500, errors: 0, latency: 0.01 };

/** A pod of a component with this number of restarts. */
function podWith({ objects }: FakeApi, component: string, restartCount: number): void {
  const metadata = { name: `${component}-1`, namespace, uid: component, labels: { ...labels, 'app.kubernetes.io/component': component } };
  const status = { phase: 'Running', containerStatuses: [{ name: 'api', ready: true, restartCount }] };
  objects.set(`/api/v1/namespaces/${namespace}/pods/${component}-1`, { apiVersion: 'v1', kind: 'Pod', metadata, status });
}

interface Shipping {
  readonly strategy?: Strategy;
  readonly prometheus?: PrometheusQuery;
  readonly host?: string;
  readonly rollback?: boolean;
}

function scene(controller: (object: KubeObject) => KubeObject = rolledOut) {
  const fake = createFakeApi(controller);
  const log: string[] = [];
  /** Called after each change of the route, to inject a failure. */
  const after = { route: (_weight: number) => {} };
  const note = ({ method, path, query, body }: ApiRequest) => {
    if (query?.dryRun === 'All' || (method !== 'PATCH' && method !== 'DELETE')) return;
    if (path === paths.route) {
      log.push(`route ${weightOf(body)}`);
      after.route(weightOf(body));
    }
    if (path === paths.canary) log.push(method === 'DELETE' ? 'canary removed' : `canary ${numberAt(body, 'spec', 'replicas')}`);
    if (path === paths.stable) log.push(`stable ${imageOf(fake.objects.get(paths.stable))}`);
  };
  const transport: Transport = async (call) => {
    const answer = await fake.transport(call);
    note(call);
    return answer;
  };
  const lines: string[] = [];
  const bad = new Set<string>();
  const interruption = new AbortController();
  const run = {
    cluster: createCluster(transport, () => Promise.reject(new Error('no port-forward here'))),
    namespace,
    owner: testOwner,
    out: { ...silentOutput, line: (text: string) => lines.push(text), step: (text: string) => lines.push(text) },
    signal: interruption.signal,
    smoke: async ({ service }: { service?: string }) => {
      const image = imageOf(fake.objects.get(service === undefined ? paths.stable : paths.canary)) ?? '';
      const failures = bad.has(image) ? [`${image} returned 500`] : [];
      return { passed: failures.length === 0, failures, endpoints: 1, releases: ['r'] };
    },
  };
  const ship = (image: string, { strategy = canary, prometheus, host, rollback = true }: Shipping = {}) => {
    log.length = 0;
    return deploy(run, {
      environment: 'local',
      image,
      charts: chartsOf(image, host),
      actor: 'ana',
      timeoutSeconds: 2,
      soakSeconds: 0,
      dryRun: false,
      rollback,
      onEvidence: async () => {
        log.push('evidence');
      },
      progressive: {
        strategy,
        names,
        timing: { ...defaultTiming, pollMs: 20, queryMs: 50, acceptMs: 0, settleMs: 0 },
        ...(prometheus && { prometheus }),
      },
    });
  };
  const scaleTo = (replicas: number) => {
    const stable = fake.objects.get(paths.stable);
    if (stable) fake.objects.set(paths.stable, rolledOut({ ...stable, spec: { ...Object(stable.spec), replicas } }));
  };
  return { fake, log, lines, ship, bad, after, scaleTo, interruption };
}

describe('a canary', () => {
  test('is skipped for a first release', async () => {
    const { ship, log } = scene();
    expect(await ship('a:1')).toMatchObject({ outcome: 'deployed', strategy: { kind: 'canary', outcome: 'skipped', steps: [] } });
    expect(log).toEqual(['stable a:1', 'route 0']);
  });

  test('gets traffic step by step, is promoted, and is deleted', async () => {
    const { fake, ship, log, scaleTo } = scene();
    await ship('a:1');
    scaleTo(4);
    const report = await ship('a:2');
    expect(log).toEqual(['canary 1', 'route 20', 'canary 2', 'route 50', 'stable a:2', 'route 0', 'canary removed']);
    expect(report).toMatchObject({
      outcome: 'deployed',
      strategy: {
        outcome: 'promoted',
        steps: [
          { weight: 20, pods: 1 },
          { weight: 50, pods: 2 },
        ],
      },
    });
    expect([paths.canary, paths.service].map((path) => fake.objects.has(path))).toEqual([false, false]);
    expect(imageOf(fake.objects.get(paths.stable))).toBe('a:2');
  });

  test('does not change the route before the step of its chart', async () => {
    const { fake, ship, after } = scene();
    await ship('a:1');
    const hosts: unknown[] = [];
    after.route = () => hosts.push(listAt(fake.objects.get(paths.route), 'spec', 'hostnames')[0]);
    await ship('a:2', { host: 'new.example' });
    expect(hosts).toEqual(['h.example', 'h.example', 'h.example', 'new.example']);
  });

  test('raises minReplicas of the autoscaler so that the stable release can take over all traffic', async () => {
    const { fake, ship, after, scaleTo } = scene();
    const floor = () => numberAt(fake.objects.get(paths.scaler), 'spec', 'minReplicas');
    await ship('a:1');
    scaleTo(4);
    const floors: unknown[] = [];
    after.route = () => floors.push(floor());
    await ship('a:2');
    expect(floors).toEqual([4, 4, 4]);
    expect(floor()).toBe(1);
  });

  test('is skipped if the pods do not change', async () => {
    const { ship, log } = scene();
    await ship('a:1');
    expect(await ship('a:1', { host: 'new.example' })).toMatchObject({ outcome: 'deployed', strategy: { outcome: 'skipped' } });
    expect(log).toEqual(['route 0']);
  });

  test('that fails the smoke test gets no traffic', async () => {
    const { ship, log, bad, fake } = scene();
    await ship('a:1');
    bad.add('a:2');
    const report = await ship('a:2');
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      exitCode: 3,
      evidence: { code: 'smoke-failed' },
      strategy: { outcome: 'aborted', steps: [] },
    });
    expect(log).not.toContain('stable a:2');
    expect(log.filter((entry) => entry.startsWith('route')).every((entry) => entry === 'route 0')).toBe(true);
    expect(fake.objects.has(paths.canary)).toBe(false);
  });

  test('that becomes unhealthy with traffic is rolled back: traffic, evidence, pods, in this order', async () => {
    const { ship, log, after, fake } = scene();
    await ship('a:1');
    // Only its own pods count: another pod restarts all the time.
    after.route = (weight) => {
      podWith(fake, 'api-canary', weight === 50 ? 1 : 0);
      podWith(fake, 'worker', weight);
    };
    const report = await ship('a:2');
    expect(report).toMatchObject({ outcome: 'rolled-back', evidence: { code: 'restarted' }, strategy: { outcome: 'aborted' } });
    expect(log).toEqual(['canary 1', 'route 20', 'canary 1', 'route 50', 'route 0', 'evidence', 'canary removed']);
    expect(imageOf(fake.objects.get(paths.stable))).toBe('a:1');
  });

  test('that is interrupted returns the traffic, and the next deploy deletes its pods before it starts', async () => {
    const { ship, log, after, fake, interruption } = scene();
    await ship('a:1');
    after.route = (weight) => {
      if (weight === 50) interruption.abort(new Error('interrupted by SIGTERM'));
    };
    expect(await ship('a:2')).toMatchObject({ outcome: 'interrupted', exitCode: 5 });
    expect(log).toEqual(['canary 1', 'route 20', 'canary 1', 'route 50', 'route 0']);
    expect(weightOf(fake.objects.get(paths.route))).toBe(0);
  });

  test('whose deploy was killed is cleaned up by the next one: traffic, then pods, then its own canary', async () => {
    const { ship, log, fake } = scene();
    await ship('a:1');
    const other = scene();
    await other.ship('a:1');
    other.after.route = (weight) => {
      // The state after SIGKILL: nothing is cleaned up.
      if (weight === 50) for (const [path, object] of other.fake.objects) if (!path.includes('leases')) fake.objects.set(path, object);
    };
    await other.ship('a:2');
    expect(weightOf(fake.objects.get(paths.route))).toBe(50);
    const report = await ship('a:3');
    expect(report).toMatchObject({ outcome: 'deployed', strategy: { outcome: 'promoted' } });
    expect(log.slice(0, 3)).toEqual(['route 0', 'canary removed', 'canary 1']);
    expect(log.slice(log.indexOf('stable a:3'), -2)).toEqual(['stable a:3', 'route 0', 'canary removed']);
    expect(fake.objects.has(paths.canary)).toBe(false);
  });

  test('whose deploy was killed is cleaned up by a deploy without a canary', async () => {
    const { ship, log, fake } = scene();
    await ship('a:1');
    const other = scene();
    await other.ship('a:1');
    other.after.route = (weight) => {
      if (weight === 50) for (const [path, object] of other.fake.objects) if (!path.includes('leases')) fake.objects.set(path, object);
    };
    await other.ship('a:2');
    expect(await ship('a:1')).toMatchObject({ outcome: 'deployed', strategy: { outcome: 'skipped' } });
    expect(log.at(0)).toBe('route 0');
    expect(log.at(-1)).toBe('canary removed');
    expect([paths.canary, paths.service].map((path) => fake.objects.has(path))).toEqual([false, false]);
  });

  test('is rolled back if the promoted release fails', async () => {
    const { ship, log, fake } = scene((object) => {
      const stuck = object.metadata.name === names.api && imageOf(object) === 'a:2';
      return stuck ? { ...object, status: { observedGeneration: object.metadata.generation, replicas: 1 } } : rolledOut(object);
    });
    await ship('a:1');
    const report = await ship('a:2', { strategy: { kind: 'canary', steps: [steps[0]] } });
    expect(report).toMatchObject({ outcome: 'rolled-back', evidence: { code: 'deadline' } });
    expect(log).toEqual(['canary 1', 'route 20', 'stable a:2', 'route 0', 'evidence', 'stable a:1', 'canary removed']);
    expect(imageOf(fake.objects.get(paths.stable))).toBe('a:1');
  });

  test('that is left in place by --no-rollback gets no traffic', async () => {
    const { ship, bad, fake } = scene();
    await ship('a:1');
    bad.add('a:2');
    expect(await ship('a:2', { rollback: false })).toMatchObject({ outcome: 'failed', exitCode: 5 });
    expect(weightOf(fake.objects.get(paths.route))).toBe(0);
    expect(imageOf(fake.objects.get(paths.canary))).toBe('a:2');
  });
});

describe('a canary with a gate', () => {
  const strategy: Strategy = { ...canary, gate };
  test('passes with figures within the objectives, and reports them', async () => {
    const { ship, lines } = scene();
    await ship('a:1');
    const { strategy: record } = await ship('a:2', { strategy, prometheus: figures(good) });
    const passed = { result: 'pass', figures: { requests: 500, errors: 0, latency: 0.01, pods: 9 } };
    expect(record).toMatchObject({
      outcome: 'promoted',
      steps: [
        { weight: 20, gate: passed },
        { weight: 50, gate: passed },
      ],
    });
    expect(lines.join('\n')).toContain('gate pass: 500 requests, 0 server errors, p95 10 ms');
  });

  test.each<[string, PrometheusQuery, string, RegExp]>([
    ['errors', figures({ ...good, errors: 50 }), 'gate-failed', /50 of 500 responses are server errors/],
    ['slow answers', figures({ ...good, latency: 1 }), 'gate-failed', /p95 1000 ms; the objective is 200 ms/],
    ['no data', figures({}), 'gate-inconclusive', /no figures: pods: Prometheus returned 0 values \(0.2 s after the soak\)/],
    [
      'a Prometheus that is away',
      () => Promise.reject(new Error('ECONNREFUSED')),
      'gate-inconclusive',
      /does not respond \(ECONNREFUSED\)/,
    ],
  ])('is aborted for %s without changes to the stable release', async (_what, prometheus, code, cause) => {
    const { ship, log } = scene();
    await ship('a:1');
    const report = await ship('a:2', { strategy, prometheus });
    expect(report).toMatchObject({ outcome: 'rolled-back', evidence: { code, cause: expect.stringMatching(cause) } });
    expect(log).toEqual(['canary 1', 'route 20', 'route 0', 'evidence', 'canary removed']);
  });
});

describe('blue-green', () => {
  test('runs at full scale without traffic, then with all traffic', async () => {
    const { ship, log, scaleTo } = scene();
    await ship('a:1');
    scaleTo(4);
    const report = await ship('a:2', { strategy: { kind: 'blue-green', soakSeconds: 0.2 } });
    expect(report).toMatchObject({ outcome: 'deployed', strategy: { kind: 'blue-green', steps: [{ weight: 100, pods: 4 }] } });
    expect(log).toEqual(['canary 4', 'route 100', 'stable a:2', 'route 0', 'canary removed']);
  });
});
