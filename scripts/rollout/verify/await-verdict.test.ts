import { describe, expect, test } from '@jest/globals';
import { Deadline } from '../../cluster/clock.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import type { ApiRequest, ApiResponse, Transport } from '../../cluster/transport.ts';
import { awaitVerdict } from './await-verdict.ts';
import { targetsOf } from './observation.ts';

const namespace = 'captions';
const labels = { 'app.kubernetes.io/part-of': 'captions' };
const deploymentOf = (component: string): KubeObject => {
  const all = { ...labels, 'app.kubernetes.io/component': component };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: component, namespace },
    spec: { replicas: 1, selector: { matchLabels: all }, template: { metadata: { labels: all }, spec: { containers: [] } } },
  };
};
const pathOf = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
const isWatch = ({ query }: ApiRequest) => query?.watch === 'true';
const forbidden: ApiResponse = { status: 403, text: JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden' }) };

/** Two Deployments, the second of which is rolled out after so many seconds. `watch` replaces the watches of the API server. */
async function waitFor(seconds: number, watch?: Transport) {
  const clock = createVirtualClock();
  const fake = createFakeApi();
  const calls: ApiRequest[] = [];
  const transport: Transport = async (call, signal) => {
    calls.push(call);
    return watch !== undefined && isWatch(call) ? watch(call, signal) : fake.transport(call, signal);
  };
  const cluster = createCluster(transport, () => Promise.reject(new Error('no port-forward here')), clock);
  const wait = async () => {
    const [first, second] = await Promise.all(['api', 'worker'].map((name) => cluster.apply(deploymentOf(name))));
    if (first === undefined || second === undefined) throw new Error('not applied');
    fake.objects.set(pathOf('api'), rolledOut(first));
    const rollOut = () => fake.objects.set(pathOf('worker'), rolledOut(second));
    if (seconds === 0) rollOut();
    else void clock.sleep(seconds * 1000).then(rollOut);
    calls.length = 0;
    const deadline = new Deadline(clock, 300);
    const watched = { cluster, namespace, targets: targetsOf([first, second]), appliedAt: cluster.now(), deadlineSeconds: 300 };
    const { verdict } = await awaitVerdict(watched, deadline, new AbortController().signal, () => {});
    return verdict.state;
  };
  const state = await clock.run(wait());
  return { state, seconds: clock.ms() / 1000, calls };
}

describe('awaitVerdict', () => {
  test('lists each collection once, and every 10 s if its watch is silent, and judges changes at once', async () => {
    const { state, seconds, calls } = await waitFor(120);
    expect(state).toBe('healthy');
    expect(seconds).toBeCloseTo(120, 0);
    expect(calls.length).toBeLessThan(180);
    expect(calls.filter((call) => isWatch(call) && call.query?.allowWatchBookmarks !== 'true')).toEqual([]);
  });

  test('reads only objects with the common labels of the targets, and no events of normal pod starts', async () => {
    const { calls } = await waitFor(2);
    const queries = (plural: string) => calls.filter(({ path }) => path.endsWith(`/${plural}`)).map(({ query }) => query);
    for (const plural of ['pods', 'replicasets']) {
      expect(queries(plural).length).toBeGreaterThan(1);
      for (const query of queries(plural)) expect(query?.labelSelector).toBe('app.kubernetes.io/part-of=captions');
    }
    for (const query of queries('events')) expect(query?.fieldSelector).toContain('reason!=Scheduled,reason!=Pulled');
    const watchedNames = queries('deployments').map((query) => query?.fieldSelector);
    expect(watchedNames.toSorted()).toEqual(['metadata.name=api', 'metadata.name=worker']);
  });

  test('starts no watch if all targets are healthy at the first observation', async () => {
    const { state, calls } = await waitFor(0);
    expect(state).toBe('healthy');
    expect(calls.filter(isWatch)).toEqual([]);
  });

  test.each<[string, Transport, number]>([
    ['dead without a word', () => new Promise(() => {}), 11],
    ['severed', () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), 1],
    ['not allowed', () => Promise.resolve(forbidden), 1],
  ])('returns a verdict if watches are %s', async (_, watch, latest) => {
    const { state, seconds } = await waitFor(60, watch);
    expect(state).toBe('healthy');
    expect(seconds).toBeLessThan(60 + latest);
  });

  test('reads the pods once more if the deadline is over before the first response', async () => {
    const clock = createVirtualClock();
    const fake = createFakeApi();
    const slow: Transport = async (call, signal) => {
      await clock.sleep(700, signal);
      return fake.transport(call, signal);
    };
    const cluster = createCluster(slow, () => Promise.reject(new Error('no port-forward here')), clock);
    const judged = async () => {
      const applied = await cluster.apply(deploymentOf('api'));
      const watched = { cluster, namespace, targets: targetsOf([applied]), appliedAt: cluster.now(), deadlineSeconds: 1 };
      return awaitVerdict(watched, new Deadline(clock, 1), new AbortController().signal, () => {});
    };
    const { verdict } = await clock.run(judged());
    expect(verdict).toMatchObject({ state: 'failed', cause: { code: 'deadline' } });
  });
});
