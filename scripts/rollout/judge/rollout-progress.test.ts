import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { Condition, DaemonSet, Job, StatefulSet, Workload } from './kubernetes-objects.ts';
import { incompleteReason } from './rollout-progress.ts';
import { dateAt, observe, pod, restarted, timestampAt } from './testing/sample-objects.ts';

const metadata = { name: 'api', namespace: 'shop', uid: 'api' };
const counts = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const statefulSet = (status: StatefulSet['status'], updateStrategy = {}): StatefulSet => ({
  kind: 'StatefulSet',
  metadata,
  spec: { replicas: 3, updateStrategy },
  status: { ...counts, ...status },
});
const daemonSet = (updatedNumberScheduled: number, numberAvailable: number, type = 'RollingUpdate'): DaemonSet => ({
  kind: 'DaemonSet',
  metadata,
  spec: { updateStrategy: { type } },
  status: { desiredNumberScheduled: 3, updatedNumberScheduled, numberAvailable },
});
const job = (conditions: readonly Condition[] = [], suspend = false): Job => ({
  kind: 'Job',
  metadata,
  spec: { suspend },
  status: { active: 1, conditions },
});
const partition = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };

describe('incompleteReason', () => {
  const rows: readonly (readonly [string | undefined, Workload])[] = [
    [undefined, statefulSet({})],
    ['1 of 3 pods are of the new revision', statefulSet({ updatedReplicas: 1 })],
    [undefined, statefulSet({ updatedReplicas: 1 }, partition)],
    ['0 of 1 pods are of the new revision', statefulSet({ updatedReplicas: 0 }, partition)],
    [undefined, statefulSet({ updatedReplicas: 0 }, { type: 'OnDelete' })],
    ['2 of 3 pods are available', statefulSet({ availableReplicas: 2 })],
    [undefined, daemonSet(3, 3)],
    ['2 of 3 pods are of the new revision', daemonSet(2, 3)],
    ['2 of 3 pods are available', daemonSet(3, 2)],
    [undefined, daemonSet(0, 3, 'OnDelete')],
    [undefined, job([{ type: 'Complete', status: 'True' }])],
    ['it has not completed (1 pods active, 0 succeeded, 0 failed)', job()],
    ['it is suspended', job([], true)],
  ];
  test.each(rows)('%s', (words, workload) => {
    expect(incompleteReason(workload)).toBe(words);
  });
});

describe('a Job', () => {
  const targets = [{ apiVersion: 'batch/v1', kind: 'Job' as const, namespace: 'shop', name: 'api', uid: 'api' }];
  const owner = { kind: 'Job', name: 'api', uid: 'api' };
  const ended = pod({
    owner,
    phase: 'Failed',
    statuses: [
      {
        name: 'api',
        state: { terminated: { exitCode: 3, reason: 'Error', message: 'relation "users"\nexists', finishedAt: timestampAt(19) } },
      },
    ],
  });
  const condition = (type: string, at: number): Condition => ({
    type,
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    lastTransitionTime: timestampAt(at),
  });

  test('fails with the message of its pod as soon as its failure is final', () => {
    const verdict = judge(observe(30, [job([condition('Failed', 25), condition('FailureTarget', 20)]), ended], [], { targets }));
    const line =
      'Job shop/api, pod api-2-a, container api: exited with code 3 (Error): relation "users" exists; the Job failed (BackoffLimitExceeded: Job has reached the specified backoff limit)';
    expect(verdict).toMatchObject({
      state: 'failed',
      provedAt: dateAt(20),
      cause: { code: 'job-failed', line, container: { previousLogs: false } },
    });
  });

  test('retries until its backoffLimit', () => {
    const trying = pod({ owner, phase: 'Running', statuses: [restarted(5, 25)] });
    expect(judge(observe(30, [job(), ended, trying], [], { targets })).state).toBe('progressing');
  });

  test('fails at the deadline of the rollout', () => {
    expect(judge(observe(60, [job()], [], { targets, deadlineSeconds: 60 }))).toMatchObject({
      state: 'failed',
      cause: { code: 'deadline' },
    });
  });
});
