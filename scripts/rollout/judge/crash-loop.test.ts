import { describe, expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import type { ContainerStatus } from './kubernetes-objects.ts';
import { dateAt, deployment, event, observe, pod, replicaSet, restarted, rollout, running, timestampAt } from './testing/sample-objects.ts';
import type { Memory, Verdict } from './verdict.ts';

const crashing = (...statuses: readonly ContainerStatus[]) => rollout(pod({ phase: 'Running', statuses }));

/** Judges one status after another, each at the second that its key says. */
function replay(steps: readonly (readonly [number, ContainerStatus])[], created = 1): readonly Verdict[] {
  let previous: Memory = { firstSeen: {}, containers: {}, readiness: {} };
  return steps.map(([seconds, status]) => {
    const verdict = judge(observe(seconds, rollout(pod({ phase: 'Running', created, statuses: [status] })), [], { previous }));
    previous = verdict.memory;
    return verdict;
  });
}

describe('a container that keeps ending', () => {
  test('is a crash loop at the third restart with one exit code, proved when that restart began', () => {
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

  test('needs no waiting reason: a container that dies at once only shows its end', () => {
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

  test('names the probe that killed it, with what the probe reported', () => {
    const events = [
      event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', 30),
      event('Killing', 'Container api failed liveness probe, will be restarted', 31),
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

  test('is told from one that runs out of memory', () => {
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

  test('is a crash loop at two restarts if another container of the pod has ended twice as well', () => {
    const two = (first: number, second: number) =>
      pod({ phase: 'Running', statuses: [restarted(first, 20), restarted(second, 30, 1, 'Error', 'proxy')] });
    expect(judge(observe(31, rollout(two(2, 1)))).state).toBe('progressing');
    expect(judge(observe(31, rollout(two(2, 2))))).toMatchObject({ state: 'failed', cause: { code: 'crash-loop' } });
  });

  test('must outlast its longest run once it has ended twice: a crash every four minutes is a loop', () => {
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

  test('fails the rollout even when only one replica does', () => {
    const good = pod({ name: 'api-2-b', phase: 'Running', statuses: [{ ...running(2), ready: true }] });
    const bad = pod({ phase: 'Running', statuses: [restarted(3, 36)] });
    expect(judge(observe(40, rollout(good, bad)))).toMatchObject({ state: 'failed', cause: { chain: [{}, {}, { name: 'api-2-a' }] } });
  });

  test.each(['Always', undefined])('counts among the init containers (restartPolicy %s)', (restartPolicy) => {
    const initContainers = [{ name: 'first', ...(restartPolicy ? { restartPolicy } : {}) }];
    const objects = rollout(pod({ initContainers, initStatuses: [restarted(3, 36, 1, 'Error', 'first')] }));
    expect(judge(observe(40, objects))).toMatchObject({ state: 'failed', cause: { code: 'crash-loop', container: { name: 'first' } } });
  });

  test('is not one when an init container was run again after it had ended well', () => {
    const initStatuses = [restarted(1, 36, 0, 'Completed', 'first')];
    const verdict = judge(observe(40, rollout(pod({ initContainers: [{ name: 'first' }], initStatuses }))), { restarts: 1 });
    expect(verdict).toMatchObject({ state: 'progressing' });
  });

  test('is not blamed on this release for restarts before it', () => {
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

  test('may be ready in between: the rollout is not healthy before it has run for a while', () => {
    const complete = (status: ContainerStatus) => [
      deployment(),
      replicaSet(2),
      pod({ phase: 'Running', statuses: [{ ...status, ready: true }] }),
    ];
    expect(judge(observe(40, complete(running(2)))).state).toBe('healthy');
    const restartedOnce = complete(restarted(1, 20));
    const words = expect.stringContaining('all pods are available, but a container has only just restarted');
    expect(judge(observe(49, restartedOnce))).toMatchObject({ state: 'progressing', waiting: [{ line: words }] });
    expect(judge(observe(50, restartedOnce)).state).toBe('healthy');
  });

  test('has left its crashes behind once it is ready and has run for ten minutes', () => {
    const status = { ...restarted(3, 36), ready: true };
    expect(judge(observe(635, crashing(status))).state).toBe('failed');
    expect(judge(observe(636, crashing(status))).state).toBe('progressing');
    expect(judge(observe(636, crashing({ ...status, ready: false }))).state).toBe('failed');
  });

  test('keeps its last end in mind when its status has lost it', () => {
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

  test('counts as restarted when it never could start', () => {
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

  test('may be judged earlier, or later', () => {
    expect(judge(observe(16, crashing(restarted(2, 15))), { restarts: 2 }).state).toBe('failed');
    expect(judge(observe(40, crashing(restarted(3, 36))), { restarts: 4 }).state).toBe('progressing');
  });
});
