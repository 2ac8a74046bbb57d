import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ContainerStatus } from './kubernetes-objects.ts';
import { dateAt, deployment, event, observe, pod, replicaSet, restarted, rollout, running, timestampAt } from './testing/sample-objects.ts';
import type { Memory, Verdict } from './verdict.ts';

const crashing = (...statuses: readonly ContainerStatus[]) => rollout(pod({ phase: 'Running', statuses }));

/** Judges one status after another, each at the second of its key. */
function replay(steps: readonly (readonly [number, ContainerStatus])[], created = 1): readonly Verdict[] {
  let previous: Memory = { firstSeen: {}, containers: {}, readiness: {} };
  return steps.map(([seconds, status]) => {
    const verdict = judge(observe(seconds, rollout(pod({ phase: 'Running', created, statuses: [status] })), [], { previous }));
    previous = verdict.memory;
    return verdict;
  });
}

describe('crashLoops', () => {
  test('reports a crash loop at the third restart with the same exit code, proved when that run started', () => {
    const verdicts = replay([
      [4, restarted(1, 3)],
      [16, restarted(2, 15)],
      [37, restarted(3, 36)],
    ]);
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'failed']);
    expect(verdicts[2]).toMatchObject({
      provedAt: dateAt(36),
      cause: {
        code: 'crash-loop',
        container: { restarts: 3, previousLogs: true },
        line: expect.stringContaining('exited with code 1 (Error), 3 restarts'),
      },
    });
  });

  test('reports a container without a waiting reason that exits at once', () => {
    const ended: ContainerStatus = {
      name: 'api',
      restartCount: 3,
      state: { terminated: { exitCode: 2, reason: 'Error', startedAt: timestampAt(36), finishedAt: timestampAt(36) } },
      lastState: { terminated: { exitCode: 2, reason: 'Error', startedAt: timestampAt(15), finishedAt: timestampAt(15) } },
    };
    expect(judge(observe(38, crashing(ended)))).toMatchObject({
      state: 'failed',
      provedAt: dateAt(36),
      cause: { container: { previousLogs: false } },
    });
  });

  test('names the probe that killed a container, with the message of the probe', () => {
    const events = [
      event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', 30),
      event('Killing', 'Container api failed liveness probe, will be restarted', 31),
      event('Unhealthy', 'Liveness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused', 33),
    ];
    expect(judge(observe(40, crashing(restarted(3, 36, 137)), events))).toMatchObject({
      state: 'failed',
      cause: {
        code: 'crash-loop',
        line: expect.stringContaining(
          'was killed by its liveness probe: Liveness probe failed: HTTP probe failed with statuscode: 500, 3 restarts',
        ),
      },
    });
  });

  test('reports a container that exceeds its memory limit as oom-killed', () => {
    expect(judge(observe(40, crashing(restarted(3, 36, 137, 'OOMKilled'))))).toMatchObject({
      state: 'failed',
      cause: { code: 'oom-killed' },
    });
  });

  test.each([
    ['that differ', [1, 137, 1, 1]],
    ['that alternate', [4, 3, 4, 3]],
    ['of four kinds', [1, 2, 3, 4]],
  ])('is a crash loop at the fourth restart with exit codes %s', (_what, codes) => {
    const verdicts = replay(codes.map((code, index) => [10 * index + 5, restarted(index + 1, 10 * index + 4, code)] as const));
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'progressing', 'failed']);
  });

  test('reports a crash loop at two restarts if another container of the pod has also exited twice', () => {
    const two = (first: number, second: number) =>
      pod({ phase: 'Running', statuses: [restarted(first, 20), restarted(second, 30, 1, 'Error', 'proxy')] });
    expect(judge(observe(31, rollout(two(2, 1)))).state).toBe('progressing');
    expect(judge(observe(31, rollout(two(2, 2))))).toMatchObject({ state: 'failed', cause: { code: 'crash-loop' } });
  });

  test('requires a container that exited twice to outlast its longest run, so that a crash every four minutes is a loop', () => {
    const slow = (restartCount: number, at: number): ContainerStatus => ({
      ...restarted(restartCount, at),
      ready: true,
      lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: timestampAt(at - 240), finishedAt: timestampAt(at - 1) } },
    });
    let previous: Memory = { firstSeen: {}, containers: {}, readiness: {} };
    const states = [
      [260, slow(1, 241)],
      [490, slow(2, 482)],
      [700, slow(2, 482)],
      [730, slow(3, 723)],
    ].map(([seconds, status]) => {
      const objects = [deployment(), replicaSet(2), pod({ phase: 'Running', statuses: [Object(status)] })];
      const verdict = judge(observe(Number(seconds), objects, [], { previous }));
      previous = verdict.memory;
      return verdict.state;
    });
    expect(states).toEqual(['progressing', 'progressing', 'progressing', 'failed']);
  });

  test('fails the rollout if one replica crashes', () => {
    const good = pod({ name: 'api-2-b', phase: 'Running', statuses: [{ ...running(2), ready: true }] });
    const bad = pod({ phase: 'Running', statuses: [restarted(3, 36)] });
    expect(judge(observe(40, rollout(good, bad)))).toMatchObject({ state: 'failed', cause: { chain: [{}, {}, { name: 'api-2-a' }] } });
  });

  test.each(['Always', undefined])('counts init containers (restartPolicy %s)', (restartPolicy) => {
    const initContainers = [{ name: 'first', ...(restartPolicy ? { restartPolicy } : {}) }];
    const objects = rollout(pod({ initContainers, initStatuses: [restarted(3, 36, 1, 'Error', 'first')] }));
    expect(judge(observe(40, objects))).toMatchObject({ state: 'failed', cause: { code: 'crash-loop', container: { name: 'first' } } });
  });

  test('ignores an init container that ran again after it had succeeded', () => {
    const initStatuses = [restarted(1, 36, 0, 'Completed', 'first')];
    const verdict = judge(observe(40, rollout(pod({ initContainers: [{ name: 'first' }], initStatuses }))), { restarts: 1 });
    expect(verdict).toMatchObject({ state: 'progressing' });
  });

  test('ignores restarts before the release', () => {
    const earlier = replay(
      [
        [1, { ...restarted(7, -60), ready: true }],
        [10, restarted(8, 9)],
        [40, restarted(9, 39)],
        [80, restarted(10, 79)],
      ],
      -600,
    );
    expect(earlier.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'progressing', 'failed']);
  });

  test('is not healthy until a container that was ready between crashes has run for the recovery time', () => {
    const complete = (status: ContainerStatus) => [
      deployment(),
      replicaSet(2),
      pod({ phase: 'Running', statuses: [{ ...status, ready: true }] }),
    ];
    expect(judge(observe(40, complete(running(2)))).state).toBe('healthy');
    const restartedOnce = complete(restarted(1, 20));
    const words = expect.stringContaining('all pods are available, but a container restarted recently');
    expect(judge(observe(49, restartedOnce))).toMatchObject({ state: 'progressing', waiting: [{ line: words }] });
    expect(judge(observe(50, restartedOnce)).state).toBe('healthy');
  });

  test('ignores crashes once the container is ready and has run for ten minutes', () => {
    const status = { ...restarted(3, 36), ready: true };
    expect(judge(observe(635, crashing(status))).state).toBe('failed');
    expect(judge(observe(636, crashing(status))).state).toBe('progressing');
    expect(judge(observe(636, crashing({ ...status, ready: false }))).state).toBe('failed');
  });

  test('remembers the last exit after the status no longer shows it', () => {
    const { lastState: _, ...lost } = restarted(3, 36);
    const [, , last] = replay([
      [16, restarted(2, 15, 137, 'OOMKilled')],
      [20, { ...restarted(2, 15, 137, 'OOMKilled') }],
      [37, lost],
    ]);
    expect(last).toMatchObject({
      state: 'failed',
      cause: { code: 'oom-killed', line: expect.stringContaining('code 137 (OOMKilled), 3 restarts') },
    });
  });

  test('counts restarts of a container that could never start', () => {
    const never = {
      exitCode: 128,
      reason: 'StartError',
      message: 'exec: "/absent": no such file',
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: timestampAt(40),
    };
    const status: ContainerStatus = {
      name: 'api',
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: never },
    };
    expect(judge(observe(41, crashing(status)))).toMatchObject({
      state: 'failed',
      provedAt: dateAt(40),
      cause: { line: expect.stringContaining('/absent') },
    });
  });

  test('uses the limits that are given', () => {
    expect(judge(observe(16, crashing(restarted(2, 15))), { restarts: 2 }).state).toBe('failed');
    expect(judge(observe(40, crashing(restarted(3, 36))), { restarts: 4 }).state).toBe('progressing');
  });
});
