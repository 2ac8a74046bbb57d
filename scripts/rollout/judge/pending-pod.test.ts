import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ClusterEvent, ClusterObject, Pod } from './kubernetes-objects.ts';
import { deployment, event, observe, pod, replicaSet, rollout, running, timestampAt, unready, waiting } from './testing/sample-objects.ts';

const scheduled = { type: 'PodScheduled', status: 'True' };
const onNode = { nodeName: 'node-1', conditions: [scheduled] };
const gated = (made: Pod): Pod => ({ ...made, spec: { ...made.spec, readinessGates: [{ conditionType: 'lb.example.com/attached' }] } });
const evicted = (made: Pod): Pod => ({
  ...made,
  status: { ...made.status, phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
});

interface Case {
  readonly what: string;
  readonly objects: readonly ClusterObject[];
  readonly events?: readonly ClusterEvent[];
  readonly line: RegExp;
  readonly container?: string;
}

const cases: readonly Case[] = [
  {
    what: 'an init container that does not end',
    objects: rollout(pod({ ...onNode, initContainers: [{ name: 'wait' }], initStatuses: [running(10, true, 'wait')] })),
    line: /pod api-2-a, container wait is an init container that has run for 20 s and has not ended/,
    container: 'wait',
  },
  {
    what: 'a pod that is stuck while its container is made',
    objects: rollout(pod({ ...onNode, statuses: [waiting('ContainerCreating')] })),
    events: [event('Pulling', 'Pulling image "ghcr.io/example/api:2"', 4)],
    line: /pod api-2-a, container api waits: ContainerCreating; last event: Pulling: Pulling image "ghcr.io\/example\/api:2"/,
    container: 'api',
  },
  {
    what: 'a kubelet that says nothing',
    objects: rollout(pod(onNode)),
    line: /pod api-2-a is assigned to node node-1, whose kubelet has not reported its status/,
  },
  {
    what: 'a pod on no node',
    objects: rollout(
      pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked' }] }),
    ),
    line: /Scheduling is blocked/,
  },
  {
    what: 'a claim that no volume satisfies',
    objects: rollout(
      pod({
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            lastTransitionTime: timestampAt(2),
            message: 'pod has unbound immediate PersistentVolumeClaims',
          },
        ],
      }),
    ),
    line: /unschedulable: pod has unbound immediate PersistentVolumeClaims/,
  },
  {
    what: 'a readiness gate',
    objects: rollout(gated(pod({ ...onNode, phase: 'Running', statuses: [{ ...running(5), ready: true }] }))),
    line: /pod api-2-a waits for its readiness gate lb\.example\.com\/attached/,
  },
  {
    what: 'a pod that was evicted',
    objects: rollout(evicted(pod(onNode))),
    line: /pod api-2-a has ended: Evicted: The node was low on resource: memory\./,
  },
  {
    what: 'a pod that was evicted, although its successor is only just assigned to a node',
    objects: rollout(
      { ...pod({ ...onNode, name: 'api-2-a' }), status: { phase: 'Pending' } },
      evicted(pod({ ...onNode, name: 'api-2-b' })),
    ),
    line: /pod api-2-b has ended: Evicted/,
  },
  {
    what: 'an old pod that does not end',
    objects: [
      unready,
      replicaSet(1),
      replicaSet(2),
      {
        ...pod({ name: 'api-1-z', revision: 1 }),
        metadata: { ...pod({ name: 'api-1-z', revision: 1 }).metadata, deletionTimestamp: timestampAt(3) },
      },
    ],
    line: /pod api-1-z of an earlier revision has not ended yet/,
  },
  {
    what: 'pods that are not made',
    objects: [deployment({ updatedReplicas: 0, availableReplicas: 0 }), replicaSet(1), replicaSet(2)],
    events: [event('FailedCreate', 'Error creating: timeout', 6, 6, { kind: 'ReplicaSet', name: 'api-2' })],
    line: /no pod of the new revision exists; last event: FailedCreate: Error creating: timeout/,
  },
];

describe('findPendingPod', () => {
  test.each(cases)('names $what at the deadline', ({ objects, events = [], line, container }) => {
    const verdict = judge(observe(30, objects, events, { deadlineSeconds: 30 }));
    expect(verdict).toMatchObject({
      state: 'failed',
      cause: { code: 'deadline', line: expect.stringMatching(line), ...(container && { container: { name: container } }) },
    });
  });
});
