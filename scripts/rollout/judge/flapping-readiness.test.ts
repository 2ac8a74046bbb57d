import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from './judge.ts';
import { observe, pod, restarted, rollout, running, timestampAt } from './testing/sample-objects.ts';
import type { Memory, Verdict } from './verdict.ts';

/** The pod at a second: ready or not, since when. */
const at = (ready: boolean, since: number, restartCount = 0) =>
  pod({
    phase: 'Running',
    statuses: [{ ...running(2), ready, restartCount }],
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: timestampAt(since) }],
  });

/** Judges one observation after the other: its second, whether the pod was ready, and since when. */
function look(...looks: readonly (readonly [second: number, ready: boolean, since: number])[]): Verdict {
  let previous: Memory | undefined;
  let verdict: Verdict | undefined;
  for (const [second, ready, since] of looks) {
    verdict = judge(observe(second, rollout(at(ready, since)), [], previous === undefined ? {} : { previous }));
    previous = verdict.memory;
  }
  if (verdict === undefined) throw new Error('no observation was made');
  return verdict;
}

describe('flappingReadiness', () => {
  test('reports a failure at the third loss, proved at the time of that loss', () => {
    const verdict = look([3, true, 3], [7, false, 6], [9, true, 9], [13, false, 12], [15, true, 15], [19, false, 18]);
    expect(verdict).toMatchObject({
      state: 'failed',
      cause: { code: 'flapping', line: expect.stringContaining('container api: lost its readiness 3 times while it ran') },
      provedAt: new Date(timestampAt(18)),
    });
  });

  test('counts a loss between two observations by its transition time', () => {
    expect(look([3, true, 3], [7, false, 6], [13, false, 12], [19, false, 18])).toMatchObject({ cause: { code: 'flapping' } });
  });

  test('is pending after fewer losses', () => {
    const verdict = look([3, true, 3], [7, false, 6]);
    expect(verdict).toMatchObject({ state: 'progressing', waiting: [{ line: expect.stringContaining('lost its readiness once') }] });
  });

  test('ignores a container that was never ready, which its probes report', () => {
    expect(look([3, false, 1], [7, false, 1])).toMatchObject({ state: 'progressing' });
  });

  test('counts each run of a container separately, because a restart is a crash', () => {
    let previous: Memory | undefined;
    for (const run of [0, 1, 2]) {
      for (const ready of [true, false]) {
        const second = 3 + run * 10 + (ready ? 0 : 4);
        previous = judge(observe(second, rollout(at(ready, second, run)), [], previous === undefined ? {} : { previous })).memory;
      }
    }
    expect(
      judge(observe(40, rollout(pod({ statuses: [restarted(3, 39)] })), [], previous === undefined ? {} : { previous })),
    ).toMatchObject({
      cause: { code: 'crash-loop' },
    });
  });

  test('never extends the deadline, at any rhythm of losses', () => {
    const rhythm = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rhythm, (steps) => {
        let second = 3;
        let previous: Memory | undefined;
        for (const [index, step] of steps.entries()) {
          second += step;
          const now = observe(second, rollout(at(index % 2 === 0, second)), [], previous === undefined ? {} : { previous });
          previous = judge(now).memory;
        }
        const end = judge(observe(901, rollout(at(true, second)), [], previous === undefined ? {} : { previous }));
        expect(end.state).toBe('failed');
      }),
    );
  });
});
