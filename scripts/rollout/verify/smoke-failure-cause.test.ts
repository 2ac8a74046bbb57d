import { describe, expect, test } from '@jest/globals';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import type { Observation } from '../judge/verdict.ts';
import { testOwner } from '../record/testing/owner.ts';
import { smokeFailureCause } from './smoke-failure-cause.ts';
import { noReadyEndpoint } from './smoke-test.ts';

const namespace = 'captions';
const expected = { namespace, release: 'r2', host: 'x', service: 'api' };
const podOf = (status: object, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'api-1', namespace, uid: 'api-1', labels: { app: 'api' } },
  spec,
  status: { phase: 'Running', ...status },
});
const container = (restartCount: number, end?: object) => ({
  containerStatuses: [{ name: 'api', ready: true, restartCount, ...(end && { lastState: { terminated: end } }) }],
});
const hungUp = {
  passed: false,
  failures: ['api-1: GET /health does not respond (socket hang up)'],
  failedPod: 'api-1',
  endpoints: 1,
  releases: [],
};
const nothing = { passed: false, failures: [noReadyEndpoint('api')], endpoints: 0, releases: [] };

/** The cause of a failed check with these objects in the cluster; `before` is the pod when it was healthy. */
async function causeIn(result: typeof hungUp | typeof nothing, before: KubeObject, ...live: readonly KubeObject[]) {
  const fake = createFakeApi();
  for (const object of live)
    fake.objects.set(`/api/v1/namespaces/${namespace}/${object.kind.toLowerCase()}s/${object.metadata.name}`, object);
  const clock = createVirtualClock();
  const nodes = live.filter(({ kind }) => kind === 'Node');
  const cluster = createCluster(
    async (call) =>
      call.path.endsWith('/nodes') && nodes.length > 0 ? { status: 200, text: JSON.stringify({ items: nodes }) } : fake.transport(call),
    () => Promise.reject(new Error('no port-forward here')),
    clock,
  );
  const run = {
    cluster,
    namespace,
    owner: testOwner,
    out: silentOutput,
    signal: new AbortController().signal,
    smoke: () => Promise.reject(new Error('no smoke test in this test')),
  };
  const { apiVersion: _, ...pod } = before;
  const last = { now: clock.now(), appliedAt: clock.now(), targets: [], objects: [pod], events: [], deadlineSeconds: 60 };
  const isObservation = (value: object): value is Observation => 'objects' in value;
  return clock.run(smokeFailureCause(run, expected, result, clock.now(), isObservation(last) ? last : undefined));
}

describe('smokeFailureCause', () => {
  test('returns the out-of-memory kill of a container', async () => {
    const killed = podOf(container(1, { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-01T12:00:01Z' }));
    expect(await causeIn(hungUp, podOf(container(0)), killed)).toMatchObject({
      code: 'restarted',
      line: 'container api of pod api-1 was restarted (exit code 137, OOMKilled) after the rollout (1 restart)',
      others: hungUp.failures,
    });
  });

  test('returns the out-of-memory kill of the only container if the Service has no endpoint', async () => {
    const selector = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace }, spec: { selector: { app: 'api' } } };
    const killed = podOf(container(1, { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-01T12:00:01Z' }));
    expect(await causeIn(nothing, podOf(container(0)), killed, selector)).toMatchObject({
      code: 'restarted',
      line: 'container api of pod api-1 was restarted (exit code 137, OOMKilled) after the rollout (1 restart)',
    });
  });

  test('returns the node that is not ready', async () => {
    const onNode = podOf(container(0), { nodeName: 'node-1' });
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] },
    };
    expect(await causeIn(hungUp, onNode, onNode, node)).toMatchObject({
      line: 'pod api-1 does not respond: its node node-1 is not ready (NodeStatusUnknown)',
    });
  });

  test('returns the eviction or the deletion of the pod', async () => {
    const evicted = podOf({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    expect((await causeIn(hungUp, podOf(container(0)), evicted)).line).toBe(
      'pod api-1 ended during the smoke test: Evicted: low on memory',
    );
    expect((await causeIn(hungUp, podOf(container(0)))).line).toBe('pod api-1 was deleted during the smoke test');
  });

  test('returns the failed checks if the pods are healthy', async () => {
    expect(await causeIn(hungUp, podOf(container(0)), podOf(container(0)))).toMatchObject({
      code: 'smoke-failed',
      line: hungUp.failures[0],
    });
  });

  test('returns a selector without pods, or why its pods are not ready', async () => {
    const service = (app: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace },
      spec: { selector: { app } },
    });
    const unready = podOf({ conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [api]' }] });
    expect((await causeIn(nothing, unready, unready, service('apo'))).line).toBe(
      'Service/api has no ready endpoint: no pod has the labels of its selector app=apo',
    );
    expect((await causeIn(nothing, unready, unready, service('api'))).line).toBe(
      'Service/api has no ready endpoint: pod api-1 is not ready (containers with unready status: [api])',
    );
    expect((await causeIn(nothing, unready)).line).toBe('Service/api has no ready endpoint: there is no such Service');
  });
});
