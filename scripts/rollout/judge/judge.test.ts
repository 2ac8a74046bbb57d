import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ClusterEvent, ClusterObject, Condition, Node } from './kubernetes-objects.ts';
import {
  dateAt,
  deployment,
  event,
  observe,
  pod,
  replicaSet,
  restarted,
  rollout,
  running,
  target,
  timestampAt,
  unready,
  waiting,
} from './testing/sample-objects.ts';
import type { Target } from './verdict.ts';

const condition = (type: string, status: string, reason: string, message: string, at: number): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: timestampAt(at),
});
const scheduler = '0/5 nodes are available: 5 Insufficient cpu.';
const unschedulable = (message = scheduler, reason = 'Unschedulable') =>
  rollout(pod({ conditions: [condition('PodScheduled', 'False', reason, message, 2)] }));
const creating = rollout(pod({ statuses: [waiting('ContainerCreating')] }));
const mount = (what: string) => event('FailedMount', `MountVolume.SetUp failed for volume "config" : ${what}`, 4, 35);
const rejected = (message: string): readonly ClusterObject[] => [
  unready,
  replicaSet(2, [condition('ReplicaFailure', 'True', 'FailedCreate', message, 3)]),
];
const probed = (probe: object, at = 10, started = true) =>
  rollout(pod({ phase: 'Running', nodeName: 'node-1', containers: [{ name: 'api', ...probe }], statuses: [running(at, started)] }));
const readinessProbe = { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 };
const startupProbe = { periodSeconds: 1, failureThreshold: 60, timeoutSeconds: 2 };
const lostNode: Node = {
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { conditions: [condition('Ready', 'Unknown', 'NodeStatusUnknown', '', 20)] },
};
const unhealthy = event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 15, 60);

interface Row {
  readonly name: string;
  readonly objects: readonly ClusterObject[];
  readonly events?: readonly ClusterEvent[];
  /** The cause, the second at which it is proved, and a part of its line. */
  readonly fails?: readonly [code: string, second: number, words: string];
}

const configError = rollout(pod({ statuses: [waiting('CreateContainerConfigError', 'secret "database" not found')] }));
const configEvent = event('Failed', 'Error: secret "database" not found', 3, 30);

const rows: readonly Row[] = [
  {
    name: 'a missing Secret fails after 30 s',
    objects: configError,
    events: [configEvent],
    fails: ['config-error', 33, 'secret "database" not found'],
  },
  {
    name: 'a missing ConfigMap volume fails after 30 s',
    objects: creating,
    events: [mount('configmap "web" not found')],
    fails: ['volume-missing', 34, 'configmap "web" not found'],
  },
  {
    name: 'a missing key of a Secret volume fails after 30 s',
    objects: creating,
    events: [mount('references non-existent secret key: tls.key')],
    fails: ['volume-missing', 34, 'tls.key'],
  },
  {
    name: 'a mount that is only slow is waited for',
    objects: creating,
    events: [mount('failed to sync configmap cache: timed out waiting for the condition')],
  },
  {
    name: 'a network that is not ready is waited for',
    objects: creating,
    events: [event('FailedCreatePodSandBox', 'plugin type="bridge" not found', 4, 35)],
  },
  {
    name: 'a mount that failed before the containers ran is forgotten',
    objects: probed({ readinessProbe }, 850),
    events: [mount('configmap "web" not found')],
  },
  {
    name: 'a quota fails after 30 s',
    objects: rejected('pods "api-2-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2'),
    fails: ['quota-exceeded', 33, 'exceeded quota: small'],
  },
  {
    name: 'Pod Security fails after 30 s',
    objects: rejected('pods "api-2-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'),
    fails: ['admission-rejected', 33, 'violates PodSecurity'],
  },
  {
    name: 'a webhook fails after 30 s',
    objects: rejected('admission webhook "policy.example.com" denied the request: no'),
    fails: ['admission-rejected', 33, 'denied the request'],
  },
  {
    name: 'a missing service account fails after 30 s',
    objects: rejected('pods "api-2-x" is forbidden: error looking up service account shop/api: serviceaccount "api" not found'),
    fails: ['config-error', 33, 'serviceaccount "api" not found'],
  },
  { name: 'no room fails after 60 s', objects: unschedulable(), fails: ['unschedulable', 62, scheduler] },
  {
    name: 'no room gets longer while a node is being added',
    objects: unschedulable(),
    events: [event('TriggeredScaleUp', 'pod triggered scale-up', 12)],
    fails: ['unschedulable', 602, scheduler],
  },
  {
    name: 'a node that cannot be added gives no longer time',
    objects: unschedulable(),
    events: [event('NotTriggerScaleUp', 'max node group size reached', 12)],
    fails: ['unschedulable', 62, scheduler],
  },
  {
    name: 'a claim that does not exist fails after 30 s',
    objects: unschedulable('persistentvolumeclaim "data" not found'),
    fails: ['volume-missing', 32, 'persistentvolumeclaim "data" not found'],
  },
  {
    name: 'a scheduling gate is waited for',
    objects: unschedulable('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated'),
  },
  {
    name: 'readiness gets three rounds of its probe',
    objects: probed({ readinessProbe }),
    events: [unhealthy],
    fails: ['never-ready', 105, 'statuscode: 503'],
  },
  {
    name: 'readiness gets at least 30 s',
    objects: probed({ readinessProbe: { periodSeconds: 1, failureThreshold: 1 } }),
    fails: ['never-ready', 40, 'no probe has been reported'],
  },
  {
    name: 'start-up gets its own time first',
    objects: probed({ readinessProbe, startupProbe }, 10, false),
    fails: ['never-ready', 167, 'is not ready'],
  },
  { name: 'a pod on a lost node is not to blame', objects: [...probed({ readinessProbe }), lostNode] },
  {
    name: 'the controller gives up by itself',
    objects: [
      deployment({
        availableReplicas: 0,
        conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'ReplicaSet "api-2" has timed out progressing.', 200)],
      }),
      replicaSet(2),
    ],
    fails: ['deadline', 200, 'has timed out progressing'],
  },
];

describe('findings about pods', () => {
  test.each(rows)('$name', ({ objects, events = [], fails }) => {
    if (fails === undefined) return expect(judge(observe(899, objects, events)).state).toBe('progressing');
    const [code, second, words] = fails;
    const before = judge(observe(second - 1, objects, events));
    expect(before.state).toBe('progressing');
    const verdict = judge(observe(second, objects, events, { previous: before.memory }));
    expect(verdict).toMatchObject({ state: 'failed', cause: { code, line: expect.stringContaining(words) }, provedAt: dateAt(second) });
  });

  test('a problem that started before the release counts from the release', () => {
    const events = [event('FailedMount', 'configmap "web" not found', -300, 35), event('FailedCreatePodSandBox', 'no network', 4, 35)];
    expect(judge(observe(29, creating, events))).toMatchObject({
      waiting: [{ until: dateAt(30), line: expect.stringContaining('configmap "web"') }],
    });
  });

  test('a pod that was unschedulable before the release gets the full time limit', () => {
    const objects = rollout(pod({ conditions: [condition('PodScheduled', 'False', 'Unschedulable', scheduler, -100)] }));
    expect(judge(observe(59, objects)).state).toBe('progressing');
    expect(judge(observe(60, objects)).state).toBe('failed');
  });

  test('an event in the second of the release belongs to the release, because timestamps have whole seconds', () => {
    const late = { ...observe(40, creating, [mount('configmap "web" not found')]), appliedAt: new Date(dateAt(35).getTime() + 900) };
    expect(judge(late)).toMatchObject({ waiting: [{ line: expect.stringContaining('configmap "web"') }] });
  });

  test('an evicted pod that was replaced does not affect the verdict', () => {
    expect(judge(observe(60, rollout(pod({ phase: 'Failed', statuses: [restarted(3, 36)] })))).state).toBe('progressing');
  });

  test('an init container is never expected to be ready', () => {
    const objects = rollout(pod({ initContainers: [{ name: 'first' }], initStatuses: [running(3, true, 'first')] }));
    expect(judge(observe(800, objects)).state).toBe('progressing');
  });

  test('the pending reason names what delays the start of a pod', () => {
    const verdict = judge(observe(29, creating, [event('FailedCreatePodSandBox', 'no network', 4, 35)]));
    expect(verdict).toMatchObject({ waiting: [{ line: expect.stringContaining('pod api-2-a: no network') }] });
  });

  test('a fact without a timestamp counts from its first observation, and starts again after it disappeared', () => {
    const first = judge(observe(5, configError));
    const gone = judge(observe(20, creating, [], { previous: first.memory }));
    expect(judge(observe(36, configError, [], { previous: first.memory })).state).toBe('failed');
    expect(judge(observe(36, configError, [], { previous: gone.memory })).state).toBe('progressing');
  });

  test('an early end of the startup probe leaves readiness only its own grace period', () => {
    const first = judge(observe(12, probed({ readinessProbe, startupProbe })));
    expect(first).toMatchObject({ waiting: [{ until: dateAt(107) }] });
  });

  test('lost readiness gets its grace period again, but the deadline stays', () => {
    const ready = [condition('Ready', 'False', 'ContainersNotReady', '', 280)];
    const objects = rollout(
      pod({ phase: 'Running', conditions: ready, containers: [{ name: 'api', readinessProbe }], statuses: [running(10)] }),
    );
    expect(judge(observe(290, objects)).state).toBe('progressing');
    expect(judge(observe(300, objects, [], { deadlineSeconds: 300 }))).toMatchObject({ state: 'failed', cause: { code: 'deadline' } });
  });
});

describe('the verdict', () => {
  test('is healthy when all replicas are of the new revision and available', () => {
    expect(judge(observe(10, [deployment()])).state).toBe('healthy');
    expect(judge(observe(10, [deployment({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, { replicas: 0 })])).state).toBe(
      'healthy',
    );
  });

  test('uses the current number of replicas when an autoscaler changes it during the rollout', () => {
    const scaled = deployment({ replicas: 5, updatedReplicas: 5, availableReplicas: 5 }, { replicas: 5 }, 7);
    expect(judge(observe(10, [scaled])).state).toBe('healthy');
    expect(judge(observe(10, [deployment({}, { replicas: 5 }, 7)])).state).toBe('progressing');
  });

  test.each([
    ['2 of 3 pods are of the new revision', deployment({}, { replicas: 3 })],
    ['the rollout is paused', deployment({ updatedReplicas: 0 }, { paused: true })],
    ['1 of 3 pods are of an earlier revision', deployment({ replicas: 3 })],
    ['1 of 2 pods are available', deployment({ availableReplicas: 1 })],
  ])('says what is waited for: %s', (words, object) => {
    expect(judge(observe(10, [object]))).toMatchObject({ state: 'progressing', waiting: [{ line: expect.stringContaining(words) }] });
  });

  test('fails at the deadline with the most severe finding', () => {
    const verdict = judge(observe(900, unschedulable('gated', 'SchedulingGated')));
    expect(verdict).toMatchObject({
      state: 'failed',
      cause: { code: 'deadline', line: expect.stringContaining('gated'), chain: [{}, {}, { kind: 'Pod' }] },
      provedAt: dateAt(900),
    });
    expect(judge(observe(900, []))).toMatchObject({ state: 'failed', cause: { line: expect.stringContaining('it does not exist yet') } });
  });

  test('returns the most informative cause of all targets', () => {
    const conditions = [condition('Failed', 'True', 'DeadlineExceeded', '', 5)];
    const job: ClusterObject = { kind: 'Job', metadata: { name: 'migrate', namespace: 'shop', uid: 'migrate' }, status: { conditions } };
    const targets: readonly Target[] = [target, { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'migrate' }];
    const verdict = judge(observe(100, [...unschedulable(), job], [], { targets }));
    expect(verdict).toMatchObject({ state: 'failed', cause: { code: 'job-failed' }, others: [{ code: 'unschedulable' }] });
  });

  test('fails with the first proved failure, with the most informative one as the cause', () => {
    const crash = pod({ name: 'api-2-b', phase: 'Running', statuses: [restarted(3, 36)] });
    const verdict = judge(observe(100, [...unschedulable(), crash]));
    expect(verdict).toMatchObject({
      state: 'failed',
      cause: { code: 'crash-loop' },
      others: [{ code: 'unschedulable' }, { code: 'never-ready' }],
    });
  });
});
